import type { Checked, Why } from '../core/access/check.ts';
import type { Card, Inline, Text } from './card.ts';
import { act, button, text, until } from './parts.ts';
import { card } from './plain.ts';

const THROUGH: Record<Why['through'], string> = {
  'organization-role': 'organization role',
  grant: 'given by name',
  'default-role': 'default role for every member',
};

/** One link of the chain, in the words that decisions over HTTP use too. */
const whyLine = (why: Why, word: string): Text =>
  text(
    { bold: why.role },
    why.project ? ` in ${word} ${why.project}` : '',
    `, ${THROUGH[why.through]}`,
    why.request ? `, by ${why.request}` : '',
    why.approvedBy.length > 0 ? `, approved by ${why.approvedBy.join(' and ')}` : '',
    why.grantedBy ? `, from ${why.grantedBy}` : '',
    until(why.until),
  );

/** What somebody may do, and why; or what would have to change. */
export const checkCard = (checked: Checked, words: { project: string }, own: boolean): Card => {
  const { resource, joined } = checked;
  const on = resource ? ` on ${resource.type} ${resource.name}${resource.own ? ', their own' : ''}` : '';
  const where = `${on}${checked.project ? ` in ${words.project} ${checked.project}` : ''}`;
  const who: Inline = own ? 'You' : checked.email;
  const asked: Text = [
    who,
    ' may',
    checked.allowed ? ' ' : ' not ',
    { code: checked.permission },
    `${where}.`,
  ];
  if (checked.allowed) {
    return card({
      title: 'Allowed',
      tone: 'good',
      blocks: [
        { kind: 'text', text: asked },
        {
          kind: 'list',
          items: [
            ...(joined
              ? [
                  text('Member by the invitation of ', joined.invitedBy, ', accepted ', {
                    time: joined.at,
                    style: 'time',
                  }),
                ]
              : []),
            ...checked.why.map((why) => whyLine(why, words.project)),
          ],
        },
      ],
    });
  }
  const change =
    checked.because === 'deactivated'
      ? 'Their membership is deactivated: nothing is allowed until it is reactivated.'
      : checked.wouldAllow.length > 0
        ? `It would take one of these roles: ${checked.wouldAllow
            .map(({ role, scope }) => `${role} (${scope === 'project' ? words.project : 'organization'})`)
            .join(', ')}.`
        : `No role here gives it${checked.project ? '' : `; name a ${words.project} to check there`}.`;
  const [first] = checked.wouldAllow;
  return card({
    title: 'Denied',
    tone: 'warning',
    blocks: [
      { kind: 'text', text: asked },
      { kind: 'text', text: change },
      ...(checked.operatorOnly ? [{ kind: 'text', text: 'Operators alone give it.' } as const] : []),
      ...(checked.allowedIn.length > 0
        ? [{ kind: 'text', text: `It is allowed in ${checked.allowedIn.join(', ')}.` } as const]
        : []),
      ...(own && first
        ? [
            {
              kind: 'buttons',
              buttons: [
                button(
                  'Request access',
                  act('access request new', {
                    role: first.role,
                    ...(first.scope === 'project' && checked.project ? { project: checked.project } : {}),
                  }),
                  { style: 'primary' },
                ),
              ],
            } as const,
          ]
        : []),
    ],
  });
};
