import { z } from 'zod';
import { act, button } from '../parts.ts';
import { card } from '../plain.ts';
import { notice } from './notice.ts';

/** To whose the token is: somebody wrote it into a message, so it works no more. */
export const tokenLeaked = notice(
  z.object({ token: z.string(), kind: z.string(), by: z.string() }),
  (organization, { token, kind, by }) => {
    const org = organization.id;
    const again =
      kind === 'service-account'
        ? button('New key', act('org service-account rotate', { name: token, org }))
        : button('New token', act(kind === 'personal' ? 'access token create' : 'org token create', { org }));
    return card({
      title: `Token ${token} was revoked`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: `${by} wrote it into a message to Rollcall, where nobody else saw it. It was revoked at once in ${organization.name}: what uses it needs a new one.`,
        },
        { kind: 'buttons', buttons: [again] },
      ],
    });
  },
);
