import { createHash, randomBytes } from 'node:crypto';
import { isShape } from './shape.ts';

/** The same name gives the same id in every process, so that what an app has stored stays true after a restart. */
export const stableId = (prefix: string, name: string): string =>
  `${prefix}0${createHash('sha256').update(name).digest('hex').toUpperCase().slice(0, 9)}`;

export const randomId = (prefix: string): string =>
  prefix + randomBytes(6).toString('hex').toUpperCase().slice(0, 10);

const ID = /\b(?:[UCDV][0-9A-Z]{8,11}|\d{10}\.\d{6})\b/g;

/** The emulator makes its own ids anew at each start. This pairs them with ours, in both directions. */
export type Ids = ReturnType<typeof createIds>;

export function createIds() {
  const inside = new Map<string, string>();
  const outside = new Map<string, string>();
  return {
    pair(ours: string, theirs: string): void {
      inside.set(ours, theirs);
      outside.set(theirs, ours);
    },
    toEmulator: <T>(value: T): T => swap(value, inside),
    fromEmulator: <T>(value: T): T => swap(value, outside),
    clear(): void {
      inside.clear();
      outside.clear();
    },
  };
}

function swap<T>(value: T, ids: Map<string, string>): T;
function swap(value: unknown, ids: Map<string, string>): unknown {
  if (typeof value === 'string') return value.replace(ID, (id) => ids.get(id) ?? id);
  if (Array.isArray(value)) return value.map((item) => swap(item, ids));
  if (!isShape(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [ids.get(key) ?? key, swap(item, ids)]),
  );
}
