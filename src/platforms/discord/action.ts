import { createHash } from 'node:crypto';
import type { StoredAction } from '../../core/delivery/stored-actions.ts';
import type { Action, Button } from '../../views/card.ts';
import * as limits from './limits.ts';

/** What a control does when it is pressed, and what it asks before. */
export interface Pressable {
  action: Action;
  confirm?: NonNullable<Button['confirm']> & { danger?: boolean };
}

/** What stands in a control: the action itself, or the id that it is stored under. */
export type Carried = { kind: 'action'; action: Action } | { kind: 'stored'; id: string; asks: boolean };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PACKED = /^~[\w-]{22}$/;
const INLINE = 'a';
const STORED = 's';
const ASKING = 'q';

const pack = (value: string): string =>
  UUID.test(value)
    ? `~${Buffer.from(value.replaceAll('-', ''), 'hex').toString('base64url')}`
    : value.replace(/[%&~\p{Cc}]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);

const unpack = (text: string): string =>
  PACKED.test(text)
    ? Buffer.from(text.slice(1), 'base64url')
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    : decodeURIComponent(text);

const written = ({ command, args, confirmed, once = '' }: Action): string =>
  `${confirmed ? `${once}!` : ''}${command}?${Object.entries(args)
    .map(([name, value]) => `${name}=${pack(value)}`)
    .join('&')}`;

const read = (text: string): Action | undefined => {
  const [, once, command = '', list = ''] = /^(?:([\w-]*)!)?([a-z][a-z -]*)\?(.*)$/s.exec(text) ?? [];
  if (command === '') return undefined;
  const args: Record<string, string> = {};
  for (const pair of list === '' ? [] : list.split('&')) {
    const at = pair.indexOf('=');
    try {
      args[pair.slice(0, at)] = unpack(pair.slice(at + 1));
    } catch {
      return undefined;
    }
  }
  return { command, args, ...(once === undefined ? {} : confirmedBy(once || 1)) };
};

const confirmedBy = (y: unknown): Pick<Action, 'confirmed' | 'once'> =>
  typeof y === 'string' ? { confirmed: true, once: y } : y === 1 ? { confirmed: true } : {};

const recordOf = ({ action, confirm }: Pressable) => ({
  c: action.command,
  a: action.args,
  ...(action.confirmed ? { y: action.once ?? 1 } : {}),
  ...(confirm ? { q: confirm } : {}),
});

/** The same action has the same id, wherever and however often it is drawn. */
export const storedUnder = (pressable: Pressable): StoredAction => {
  const action = recordOf(pressable);
  const id = createHash('sha256').update(JSON.stringify(action)).digest('base64url').slice(0, 22);
  const organizationId = UUID.test(pressable.action.args.org ?? '') ? pressable.action.args.org : undefined;
  return { id, action, organizationId };
};

/**
 * Writes what a control does into it, in at most 100 characters. What asks first, or does not fit, goes to `store`.
 * `prefix` says what kind of control it is, and keeps apart those of one message: two may do the same.
 */
export function encode(pressable: Pressable, prefix: string, store: (stored: StoredAction) => void): string {
  const inline = `${prefix}${INLINE}:${written(pressable.action)}`;
  if (!pressable.confirm && inline.length <= limits.CUSTOM_ID && isWhole(inline, pressable.action))
    return inline;
  const stored = storedUnder(pressable);
  store(stored);
  return `${prefix}${pressable.confirm ? ASKING : STORED}:${stored.id}`;
}

/** An argument's name could hold what separates arguments: then the action is stored. */
const isWhole = (text: string, action: Action): boolean => {
  const back = decode(text);
  return back?.kind === 'action' && JSON.stringify(recordOf(back)) === JSON.stringify(recordOf({ action }));
};

/** Reads what `encode` wrote, whatever its prefix; nothing for anything else. */
export function decode(text: string): Carried | undefined {
  const [, kind, rest = ''] = /^[^:]*([asq]):(.*)$/s.exec(text) ?? [];
  if (kind === INLINE) {
    const action = read(rest);
    return action && { kind: 'action', action };
  }
  if (kind === undefined || !/^[\w-]{22}$/.test(rest)) return undefined;
  return { kind: 'stored', id: rest, asks: kind === ASKING };
}

/** What was stored, checked: it comes from the database, and buttons may be older than this version. */
export function pressableFrom(stored: unknown): Pressable | undefined {
  if (!isRecord(stored) || typeof stored.c !== 'string' || !isTexts(stored.a)) return undefined;
  const { q } = stored;
  const action: Action = {
    command: stored.c,
    args: stored.a,
    ...confirmedBy(stored.y),
  };
  if (!isRecord(q)) return { action };
  const { title, text, yes, danger } = q;
  if (typeof title !== 'string' || typeof text !== 'string' || typeof yes !== 'string') return { action };
  return { action, confirm: { title, text, yes, danger: danger === true } };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
