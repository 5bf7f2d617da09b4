import type { Batch } from './table.ts';

/** One array of objects, a line for each. */
export async function* jsonOf(
  columns: readonly string[],
  batches: AsyncIterable<Batch>,
): AsyncGenerator<string> {
  let before = '[\n';
  for await (const { rows } of batches) {
    const objects = rows.map((row) =>
      JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))),
    );
    if (objects.length === 0) continue;
    yield before + objects.join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
