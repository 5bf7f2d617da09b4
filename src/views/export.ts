import type { MadeExport } from '../core/export/make.ts';
import type { Card } from './card.ts';
import { card } from './plain.ts';

const CONTAINS: Readonly<Record<MadeExport['what'], string>> = {
  members: 'Every member with their role and state.',
  access: 'Who holds which role where, from and until when.',
  invitations: 'Every invitation there has been, without its link.',
  tokens:
    'Every token there has been, whom it acts as and when it was last used, without anything of its secret.',
  audit: 'The whole audit, oldest first, with its hashes.',
  reviews: 'Every question of every access review with its evidence and its answer.',
  drift: 'Every finding of drift there has been, with what became of it.',
  kubernetes:
    'Roles and role bindings as access stands now. Access with an end has to be exported again once it has ended.',
};

const AS_TEXT =
  'Values that a spreadsheet would run as a formula begin with an apostrophe; take it off to have the value as it is.';

export const exportCard = (made: MadeExport): Card => ({
  ...card({
    title: `Export of ${made.what === 'kubernetes' ? 'access for Kubernetes' : made.what}`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: [{ code: made.name }, ` ${CONTAINS[made.what]}`] },
      ...(made.format === 'csv' ? [{ kind: 'small', text: AS_TEXT } as const] : []),
    ],
  }),
  file: {
    name: made.name,
    mime: made.mime,
    alt: CONTAINS[made.what],
    content: made.content,
  },
});
