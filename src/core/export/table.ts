import type { Db } from '../../db/client.ts';
import type { OwnPermission } from '../access/own.ts';

export type Cell = string | number | boolean | null | readonly string[] | Readonly<Record<string, unknown>>;

export type Row = Readonly<Record<string, Cell>>;

/** Where a batch ended: the keys of its last row, in the order that the rows come in. */
export type Cursor = readonly string[];

export interface Batch {
  rows: readonly Row[];
  /** Absent after the last batch. */
  next?: Cursor;
}

/** One table that can be taken out, read batch by batch in the order of a key: never more than a batch in memory. */
export interface Table {
  permission: OwnPermission;
  /** What a refusal calls it: `export members`. */
  name: string;
  columns: readonly string[];
  read(db: Db, organizationId: string, after: Cursor | undefined): Promise<Batch>;
}

export const BATCH = 500;

/** A batch out of up to `BATCH + 1` rows that were read. */
export const batchOf = <R>(
  found: readonly R[],
  row: (found: R) => Row,
  keys: (found: R) => Cursor,
): Batch => {
  const kept = found.slice(0, BATCH);
  const last = kept.at(-1);
  return { rows: kept.map(row), ...(found.length > BATCH && last ? { next: keys(last) } : {}) };
};

/** A time as ISO 8601 in UTC, whichever way the driver gave it. */
export const instant = (time: Date | string | null): string | null =>
  time === null ? null : new Date(time).toISOString();

export async function* batchesOf(table: Table, db: Db, organizationId: string): AsyncGenerator<Batch> {
  let after: Cursor | undefined;
  do {
    const batch = await table.read(db, organizationId, after);
    yield batch;
    after = batch.next;
  } while (after);
}
