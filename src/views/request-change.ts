import type { OpenedChange } from '../core/request/open-change.ts';
import type { ShownRequest } from '../core/request/show.ts';
import type { Block, Card } from './card.ts';
import { act, button, text } from './parts.ts';
import { card, shorten } from './plain.ts';
import { deciding, openedTitle } from './request-list.ts';

/** What of a change stands on the card itself; Details shows all of it. */
const LINES = 8;
const LINE = 300;

/** What will be done, in the words that were shown to who asks, and why they do not do it alone. */
export const changeBlocks = ({ change }: ShownRequest, full = false): Block[] => {
  if (!change) return [];
  const [typed = '', ...lines] = change.lines;
  const shown = full ? lines : lines.slice(0, LINES);
  return [
    {
      kind: 'fields',
      fields: [['Will be done', { code: full ? typed : shorten(typed, LINE) }]],
    },
    ...shown.map((line): Block => ({ kind: 'text', text: full ? line : shorten(line, LINE) })),
    ...(shown.length < lines.length
      ? [{ kind: 'text', text: `${lines.length - shown.length} more lines stand under Details.` } as const]
      : []),
    { kind: 'text', text: `${change.why} It is done as who asks, with their rights of that moment.` },
  ];
};

export const changeAskedCard = (opened: OpenedChange): Card =>
  card({
    title: openedTitle(opened.name),
    tone: 'good',
    blocks: [
      { kind: 'text', text: `${opened.why} Nothing has changed yet: it is done once it is approved.` },
      {
        kind: 'fields',
        fields: [
          ['You want', opened.title],
          ['Who decides', deciding(opened)],
          ['Open until', { time: opened.expiresAt, style: 'time' }],
        ],
      },
      {
        kind: 'buttons',
        buttons: [
          button('Open', act('access request show', { request: opened.name })),
          button('Cancel request', act('access request cancel', { request: opened.name })),
        ],
      },
    ],
  });

/** What became of a change, to who approved it. */
export const changeDecidedCard = (decided: { name: string; done?: string | undefined }, verb: string): Card =>
  card({
    title: `${decided.name} ${verb}`,
    tone: verb === 'approved' ? 'good' : undefined,
    blocks: [
      {
        kind: 'text',
        text: text(
          verb === 'approved' ? `It is done: ${decided.done ?? ''}. ` : 'Nothing was done. ',
          verb === 'approved' ? 'Who asked was told.' : 'Who asked was told why.',
        ),
      },
    ],
  });
