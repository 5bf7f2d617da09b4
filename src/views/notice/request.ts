import { z } from 'zod';
import { act, button } from '../parts.ts';
import { card } from '../plain.ts';
import { by, doneBy, notice } from './notice.ts';

/** To who asked: it was approved, could not be carried out, and is still open. */
export const requestFailed = notice(
  z.object({ request: z.string(), title: z.string(), by, why: z.string() }),
  (organization, data) =>
    card({
      title: `Not carried out: ${data.title}`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: `${doneBy(data.by)} approved ${data.request}, but it could not be done. ${data.why.replaceAll('`', '')} Nothing changed, and the request is still open: it can be approved again, or you cancel it.`,
        },
        {
          kind: 'buttons',
          buttons: [
            button('Open', act('access request show', { request: data.request, org: organization.id })),
            button(
              'Cancel request',
              act('access request cancel', { request: data.request, org: organization.id }),
            ),
          ],
        },
        { kind: 'small', text: organization.name },
      ],
    }),
);
