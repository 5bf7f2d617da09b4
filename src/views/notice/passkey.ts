import { z } from 'zod';
import { act, button } from '../parts.ts';
import { card } from '../plain.ts';
import { notice } from './notice.ts';

/** To those who decide, and to who asked: nobody can approve it yet. */
export const passkeyWanted = notice(
  z.object({ request: z.string(), role: z.string(), decides: z.boolean() }),
  (organization, { request, role, decides }) => {
    const org = organization.id;
    const show = button(`Show ${request}`, act('access request show', { request, org }));
    return card({
      title: `${request} takes a passkey`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: decides
            ? `Approving ${role} in ${organization.name} takes a passkey, and nobody who may decide has one yet. Add yours; it takes a minute.`
            : `Approving ${role} in ${organization.name} takes a passkey, and nobody who may decide has one yet. They were told to add one; your request stays open meanwhile.`,
        },
        {
          kind: 'buttons',
          buttons: decides
            ? [button('Add a passkey', act('access passkey add', { org }), { style: 'primary' }), show]
            : [show],
        },
      ],
    });
  },
);
