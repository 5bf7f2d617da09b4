import { html } from 'hono/html';
import type { Letter } from '../letter.ts';
import { action, facts, frame, instant, paragraph } from './frame.ts';

export interface InvitationLetter {
  organization: string;
  inviter: string;
  role: string | null;
  projects: readonly { name: string; role: string }[];
  link: string;
  expiresAt: Date;
  sso: boolean;
  /** They are a member already, and are asked to sign in alone. */
  member?: boolean;
}

export const invitationLetter = (invitation: InvitationLetter): Letter => {
  const { organization, inviter, role, projects, link, expiresAt, sso, member } = invitation;
  const title = member ? `Sign in to ${organization}` : `Join ${organization}`;
  const what = member
    ? `${inviter} asks you to sign in to ${organization} once. You keep the access that you have.`
    : `${inviter} invites you to join ${organization}.`;
  const until = instant(expiresAt);
  const given = projects.map((project) => `${project.name} (${project.role})`).join(', ');
  const rows: [string, string][] = [
    ['Organization', organization],
    [member ? 'Asked by' : 'Invited by', inviter],
    ['Role', role ?? 'No organization role'],
    ...(given === '' ? [] : ([['Projects', given]] as [string, string][])),
    ['Valid until', until],
  ];
  const signIn = `You will be asked to sign in through ${organization}'s single sign-on.`;
  const unexpected = 'If you did not expect this, ignore it: nothing happens until you accept.';
  return {
    subject: member ? `Sign in to ${organization}` : `${inviter} invites you to ${organization}`,
    text: [
      what,
      '',
      ...rows.map(([label, value]) => `${label}: ${value}`),
      '',
      ...(sso ? [signIn, ''] : []),
      'Look at the invitation and accept it here:',
      link,
      '',
      'The link is for you alone. Please do not forward it.',
      unexpected,
      '',
    ].join('\n'),
    html: frame({
      title,
      preview: `${what} Valid until ${until}.`,
      body: html`${paragraph(what)}${facts(rows)}${action('See the invitation', link)}${
        sso ? paragraph(signIn) : ''
      }<p class="soft" style="margin:0;font-size:13px;line-height:1.5;color:#5c676d">Or paste this address into your browser:<br><a class="link" href="${link}" style="color:#17624f;word-break:break-all">${link}</a></p>`,
      small: html`The link is for you alone. Please do not forward it. ${unexpected}`,
    }),
  };
};
