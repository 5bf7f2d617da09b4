import { z } from 'zod';
import { card, shorten } from '../plain.ts';
import { by, doneBy, myAccess, notice } from './notice.ts';

const NAME = 80;
const LISTED = 20;
const permissions = z.array(z.string());

const some = (names: readonly string[]): string => {
  const shown = names.slice(0, LISTED).join(', ');
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown || 'nothing';
};

export const roleEdited = notice(
  z.object({ by, role: z.string(), scope: z.string(), gained: permissions, lost: permissions }),
  (organization, data) =>
    card({
      title: `Your role ${shorten(data.role, NAME)} changed`,
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Organization', organization.name],
            ['Allows now as well', some(data.gained)],
            ['No longer allows', some(data.lost)],
            ['Changed by', doneBy(data.by)],
          ],
        },
        { kind: 'text', text: 'This works from now on. Ask for access if you need something else.' },
        myAccess(organization),
      ],
    }),
);

export const roleReplaced = notice(
  z.object({ by, role: z.string(), replacement: z.string() }),
  (organization, data) =>
    card({
      title: `You are ${shorten(data.replacement, NAME)} instead of ${shorten(data.role, NAME)}`,
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Organization', organization.name],
            ['Changed by', doneBy(data.by)],
          ],
        },
        {
          kind: 'text',
          text: `The role ${shorten(data.role, NAME)} was deleted. Ask for access if you need something that the other one does not allow.`,
        },
        myAccess(organization),
      ],
    }),
);
