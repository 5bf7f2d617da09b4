import { html } from 'hono/html';
import type { Problem } from '../problem.ts';
import { mainOf, type State, sheet } from './sheet.ts';
import type { Accepted, InvitationOffer } from './verbs.ts';

const paste = html`<form method="post" action="/invitations/show"><label for="token">The link from your letter</label><input id="token" name="token" required autocomplete="off" spellcheck="false"><button>Look at the invitation</button></form>`;

const INCOMPLETE: State = {
  name: 'incomplete',
  title: 'This link is not complete',
  tone: 'warn',
  sign: '?',
  body: html`<p>An invitation's link ends in a long secret behind a # sign. Open the link from your letter again, or paste it here.</p>${paste}`,
};

const OFFLINE: State = {
  name: 'offline',
  title: 'No connection',
  tone: 'warn',
  sign: '!',
  body: html`<p>The answer did not arrive, so it is not known here whether anything changed. Trying again is safe: an invitation is accepted only once.</p><button type="button">Try again</button>`,
};

/** What GET answers: it knows nothing, changes nothing and names nobody, because scanners fetch it too. */
export const checkingPage = (): string =>
  sheet(
    {
      name: 'checking',
      title: 'Your invitation',
      body: html`<noscript><p>Your browser runs no scripts here, so the page cannot read the link by itself. Paste the whole link:</p>${paste}</noscript><div id="checking" role="status" hidden><p class="wait" aria-hidden="true"></p><p>Looking at your invitation…</p></div>`,
    },
    html`<template id="offline">${mainOf(OFFLINE)}</template><template id="incomplete">${mainOf(INCOMPLETE)}</template>`,
  );

const utc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

const projectList = (projects: InvitationOffer['projects']) =>
  html`<ul>${projects.map((project) => html`<li>${project.name} <span>as ${project.role}</span></li>`)}</ul>`;

export const offerPage = (offer: InvitationOffer, token: string): string => {
  const { organization, inviter, role, projects, expiresAt, sso, email } = offer;
  return sheet({
    name: 'offer',
    title: `Join ${organization.name}`,
    sign: Array.from(organization.name.trim())[0]?.toUpperCase() ?? '#',
    body: html`<p>${inviter} invites you. Nothing happens until you accept.</p>
<dl>
<div><dt>Your address</dt><dd>${email}</dd></div>
<div><dt>Role</dt><dd>${role ?? 'No organization role'}</dd></div>
${projects.length > 0 ? html`<div><dt>Projects</dt><dd>${projectList(projects)}</dd></div>` : ''}
<div><dt>Valid until</dt><dd><time datetime="${expiresAt.toISOString()}">${utc.format(expiresAt)} UTC</time></dd></div>
</dl>
<form method="post" action="/invitations/accept"><input type="hidden" name="token" value="${token}"><button>Accept</button></form>
${sso ? html`<p class="soft">You will be asked to sign in through ${organization.name}'s single sign-on.</p>` : ''}`,
  });
};

export const acceptedPage = ({ organization, member }: Accepted): string =>
  sheet({
    name: 'accepted',
    title: `You are in ${organization.name}`,
    tone: 'good',
    sign: '✓',
    body: html`<p>${member.email} is now a member of ${organization.name}${
      member.role ? html` with the role ${member.role}` : ''
    }. Everything else happens in your chat:</p>
<ol>
<li>See what you may do, and ask for more:<code>/access home</code></li>
<li>Only if Rollcall can't tell there who you are, link your chat account once. A code comes to your address:<code>/access link start email:${member.email}</code><code>/access link code</code></li>
</ol>
<p class="soft">You can close this page.</p>`,
  });

const AGAIN = 'Ask whoever invited you to send the invitation again.';

const words: Record<string, Pick<State, 'title' | 'sign' | 'tone'> & { text: string }> = {
  unknown: {
    title: 'No such invitation',
    tone: 'warn',
    sign: '?',
    text: `No invitation belongs to this link. Check that you opened the whole link from the newest letter. ${AGAIN}`,
  },
  expired: {
    title: 'This invitation has expired',
    tone: 'warn',
    sign: '!',
    text: `Nothing changed: its time is over. ${AGAIN}`,
  },
  revoked: {
    title: 'This invitation was withdrawn',
    tone: 'bad',
    sign: '!',
    text: 'Nothing changed: somebody took the invitation back. If you think that was a mistake, ask whoever invited you.',
  },
  accepted: {
    title: 'This invitation was accepted already',
    tone: 'good',
    sign: '✓',
    text: 'Each invitation works once. If it was you, go on in your chat: /access home shows what you may do. If it was not, tell whoever invited you.',
  },
  'members-limit': {
    title: 'There is no free place',
    tone: 'warn',
    sign: '!',
    text: 'Nothing changed: the organization has as many members as it may. Ask whoever invited you; the link keeps working until it expires.',
  },
  'too-many-requests': {
    title: 'Too many tries',
    tone: 'warn',
    sign: '!',
    text: 'Nothing changed. Too many requests came from your network; wait a minute, then open the link again.',
  },
};

export const refusalPage = (problem: Problem): string => {
  if (problem.code === 'sso-required' && problem.location) {
    return sheet({
      name: problem.code,
      title: 'Sign in to accept',
      sign: '→',
      body: html`<p>This organization asks its members to sign in through its own identity provider.</p><a class="button" href="${problem.location}">Continue to the sign-in</a>`,
    });
  }
  const known = words[problem.code];
  return sheet({
    name: problem.code,
    title: known?.title ?? problem.title.replace(/\.$/, ''),
    tone: known?.tone ?? 'bad',
    sign: known?.sign ?? '!',
    body: html`<p>${known?.text ?? problem.detail ?? ''}</p>`,
  });
};
