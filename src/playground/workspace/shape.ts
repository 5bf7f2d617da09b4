/** A JSON object of unknown make: what came over the wire and has not been looked at yet. */
export type Shape = { [key: string]: unknown };

export const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const shapeOf = (value: unknown): Shape => (isShape(value) ? value : {});

export const shapesOf = (value: unknown): Shape[] => (Array.isArray(value) ? value.filter(isShape) : []);

export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The words of a Block Kit text object. */
export const wordsOf = (value: unknown): string => stringOf(shapeOf(value).text);

/** A form field may carry JSON (`blocks`, `view`); a JSON body carries the value itself. */
export function parsedOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
