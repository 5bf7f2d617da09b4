import { stringify } from 'csv-stringify/sync';
import { neutralise } from './neutralise.ts';
import type { Batch, Cell } from './table.ts';

/** Excel takes a file without it for one in the code page of its machine. */
const BYTE_ORDER_MARK = '\uFEFF';

const textOf = (cell: Cell | undefined): string => {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (typeof cell === 'string') return neutralise(cell);
  return neutralise(Array.isArray(cell) ? cell.join(' ') : JSON.stringify(cell));
};

/** Left to itself the library quotes the delimiter as a whole and leaves half of it bare. */
const LINE_BREAK = /[\r\n]/;

const lines = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    { record_delimiter: 'windows', quoted_match: LINE_BREAK },
  );

/** RFC 4180 in UTF-8, a header line first. Lists stand in one cell with spaces between, objects as JSON. */
export async function* csvOf(
  columns: readonly string[],
  batches: AsyncIterable<Batch>,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + lines([columns]);
  for await (const { rows } of batches) {
    if (rows.length > 0) yield lines(rows.map((row) => columns.map((column) => textOf(row[column]))));
  }
}
