import type { ListedEvent } from '../core/audit/list.ts';
import type { Verified } from '../core/audit/verify.ts';
import { durationInWords } from '../core/duration.ts';
import type { Page } from '../core/member/list.ts';
import type { Action, Card, Inline } from './card.ts';
import { count, nextPage, text } from './parts.ts';
import { card, shorten } from './plain.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Numbers that are seconds; of a request's change they are those before and after. */
const SPANS: ReadonlySet<string> = new Set(['seconds', 'before', 'after']);

/** The facts as people read them: times in their own zone, channels by name. */
const factLine = ({ target, facts }: ListedEvent): Inline[] =>
  Object.entries(facts)
    .filter(([, value]) => value !== null && value !== undefined && value !== false && String(value) !== '')
    .flatMap(([key, value]): Inline[] => {
      const said = shorten(Array.isArray(value) ? value.join(' ') : String(value), 200);
      if (value === true) return [` · ${key}`];
      if (typeof value === 'number' && SPANS.has(key))
        return [` · ${key === 'seconds' ? 'for' : key} ${durationInWords(value)}`];
      if (INSTANT.test(said)) return [` · ${key} `, { time: new Date(said), style: 'time' }];
      const channel = target?.endsWith('-channel') && /^[A-Z0-9]+$/.test(said);
      return [` · ${key} `, channel ? { channel: said } : said];
    });

export const auditListCard = (page: Page<ListedEvent>, action: Action): Card =>
  card({
    title: page.items.length === 0 ? 'No such events' : 'Audit, newest first',
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((event) => ({
          text: shorten(
            `${event.sequence} · ${event.action}${event.target ? ` · ${event.target}` : ''}`,
            200,
          ),
          detail: text(
            { time: event.at, style: 'time' },
            ` · by ${event.actor}`,
            event.reason ? ` · “${shorten(event.reason, 300)}”` : '',
            factLine(event),
          ),
        })),
      },
      ...nextPage(action, page.next),
    ],
  });

export const auditVerifiedCard = (verified: Verified): Card =>
  verified.broken
    ? card({
        title: 'The audit does not hold',
        tone: 'bad',
        blocks: [
          {
            kind: 'text',
            text: `${count(verified.events, 'event')} hold. At event ${verified.broken.sequence}: ${verified.broken.why}. Somebody changed the database past Rollcall; keep a copy and find out who.`,
          },
        ],
      })
    : card({
        title: 'The audit holds',
        tone: 'good',
        blocks: [
          {
            kind: 'text',
            text: `All ${count(verified.events, 'event')} are as they were written, none is missing.`,
          },
          { kind: 'fields', fields: [['Last hash', { code: verified.head }]] },
          {
            kind: 'small',
            text: 'Note the hash somewhere else: it proves later that nothing before it was changed.',
          },
        ],
      });
