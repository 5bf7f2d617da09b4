import { z } from 'zod';
import { card, shorten } from '../plain.ts';
import { by, doneBy, myAccess, notice } from './notice.ts';

export const projectDeleted = notice(z.object({ by, project: z.string() }), (organization, data) => {
  const { words } = organization.model;
  return card({
    title: `The ${words.project} ${shorten(data.project, 60)} was deleted`,
    tone: 'warning',
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['Organization', organization.name],
          ['Deleted by', doneBy(data.by)],
        ],
      },
      {
        kind: 'text',
        text: `Your access to it ended with it. Your other ${words.projects} stay as they are.`,
      },
      myAccess(organization),
    ],
  });
});
