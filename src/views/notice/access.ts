import { z } from 'zod';
import type { Block } from '../card.ts';
import { card } from '../plain.ts';
import { by, doneBy, grantsGone, myAccess, notice } from './notice.ts';

export const accessEdited = notice(
  z.object({ by, added: grantsGone, ended: grantsGone }),
  (organization, data) => {
    const word = organization.model.words.project;
    const lines = (heading: string, pairs: z.output<typeof grantsGone>): Block[] =>
      pairs.length === 0
        ? []
        : [
            { kind: 'text', text: heading },
            {
              kind: 'list',
              items: pairs.map(({ project, role }) => [{ bold: role }, ` in ${word} ${project}`]),
            },
          ];
    return card({
      title: `Your access in ${organization.name} changed`,
      blocks: [
        { kind: 'fields', fields: [['Changed by', doneBy(data.by)]] },
        ...lines('You have now:', data.added),
        ...lines('Taken away:', data.ended),
        {
          kind: 'text',
          text: 'Everything else stays as it is. If you need something that is gone, ask for it.',
        },
        myAccess(organization),
      ],
    });
  },
);
