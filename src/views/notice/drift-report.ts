import { z } from 'zod';
import { act, button } from '../parts.ts';
import { card } from '../plain.ts';
import { notice } from './notice.ts';

export const driftReportFailed = notice(z.object({ slot: z.coerce.date() }), (organization, { slot }) =>
  card({
    title: `The drift report of ${organization.name} could not be made`,
    tone: 'bad',
    blocks: [
      {
        kind: 'text',
        text: [
          'It was due ',
          { time: slot, style: 'time' },
          '. I tried for some minutes and stopped. Nothing was checked, so this says nothing about what has drifted.',
        ],
      },
      {
        kind: 'buttons',
        buttons: [button('Try again', act('org drift report', { org: organization.id }))],
      },
    ],
  }),
);
