import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { type Argument, address, list } from './argument.ts';

const HEADING = /^\s*"?e-?mail( address)?"?\s*$/i;

/** The addresses of pasted CSV with a heading row, from its e-mail column; undefined if it is no such CSV. */
const fromCsv = (text: string): string[] | undefined => {
  const [heading = '', ...rest] = text.trim().split(/\r?\n/);
  if (rest.length === 0 || !heading.split(/[,;\t]/).some((cell) => HEADING.test(cell))) return undefined;
  try {
    const rows: string[][] = parse(text.trim(), {
      bom: true,
      delimiter: [',', ';', '\t'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    const column = rows[0]?.findIndex((cell) => HEADING.test(cell)) ?? -1;
    return rows.slice(1).flatMap((row) => row[column] || []);
  } catch {
    return undefined;
  }
};

/** One or many addresses: with commas, one per line, or pasted CSV with an e-mail column. */
export const addresses = (): Argument<string[]> => {
  const separated = list(address());
  return {
    ...separated,
    label: 'E-mail addresses',
    hint: 'One or many: with commas, one per line, or pasted CSV with a column named email',
    schema: z.string().transform((text, context) => {
      const csv = fromCsv(text);
      if (csv && csv.length > 0) return csv;
      const read = separated.schema.safeParse(text);
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? 'Not understood.' });
      return z.NEVER;
    }),
  };
};
