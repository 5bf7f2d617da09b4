import type { Card } from '../card.ts';
import { card, shorten } from '../plain.ts';

/** No notice of an organization's: there is none any more to draw it for. */
export const organizationDeleted = ({ name, slug }: { name: string; slug: string }): Card =>
  card({
    title: `${shorten(name, 80)} was deleted`,
    tone: 'warning',
    blocks: [
      {
        kind: 'text',
        text: [
          'An operator of this installation deleted it (',
          { code: slug },
          '). Your membership, your access and your tokens there have ended with it. If that is a surprise, ask the operators.',
        ],
      },
    ],
  });
