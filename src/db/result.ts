const INT8 = 20;
const TIMESTAMPTZ = 1184;

interface Field {
  name: string;
  dataTypeID?: number;
  type?: number;
}

/**
 * The rows of `db.execute()` in one form: postgres.js answers with an array, PGlite with `{ rows }`, and both leave
 * `bigint` and `timestamptz` as text or not, each in its own way. Here they are numbers and Dates.
 */
export function rowsOf<T extends object>(result: unknown): T[] {
  const { rows, fields } = partsOf(result);
  const readers = fields.flatMap((field) => {
    const read = readerOf(field.dataTypeID ?? field.type);
    return read ? [[field.name, read] as const] : [];
  });
  return rows.map((row) => {
    const normal: Record<string, unknown> = { ...row };
    for (const [name, read] of readers) {
      const value = normal[name];
      if (value !== null && value !== undefined) normal[name] = read(value);
    }
    return normal as T;
  });
}

function partsOf(result: unknown): { rows: Record<string, unknown>[]; fields: Field[] } {
  if (Array.isArray(result)) {
    const columns = 'columns' in result && Array.isArray(result.columns) ? result.columns : [];
    return { rows: result, fields: columns };
  }
  if (typeof result === 'object' && result !== null && 'rows' in result && 'fields' in result) {
    return result as { rows: Record<string, unknown>[]; fields: Field[] };
  }
  throw new TypeError('rowsOf() takes what db.execute() answered');
}

function readerOf(type: number | undefined): ((value: unknown) => unknown) | undefined {
  if (type === INT8) return (value) => Number(value);
  if (type === TIMESTAMPTZ) return (value) => (value instanceof Date ? value : new Date(String(value)));
  return undefined;
}
