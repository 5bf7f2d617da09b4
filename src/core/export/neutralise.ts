/**
 * What a spreadsheet would run: a formula's first character, in its full-width form too, behind whatever a program
 * skips on the way to it; and a tab or line break, which can push the rest into a cell of its own.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const DANGEROUS = /^['\s]*[=+\-@＝＋－＠]|^'*[\t\r\n]/u;

/**
 * Puts an apostrophe before a value that a spreadsheet would run; it then shows the value as text.
 *
 * The way back: take one apostrophe off a cell that begins with one where what follows is dangerous by the same
 * pattern (`restore`). Values that look neutralised already get one more, so every value comes back as it was.
 */
export const neutralise = (value: string): string => (DANGEROUS.test(value) ? `'${value}` : value);

export const restore = (cell: string): string =>
  cell.startsWith("'") && DANGEROUS.test(cell.slice(1)) ? cell.slice(1) : cell;
