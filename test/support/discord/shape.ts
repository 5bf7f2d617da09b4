import type { Path, Report } from './refusal.ts';

/** What came over the wire and has not been looked at yet. */
export type Shape = Readonly<Record<string, unknown>>;

export const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const shapeOf = (value: unknown): Shape => (isShape(value) ? value : {});
export const shapesOf = (value: unknown): Shape[] => (Array.isArray(value) ? value.filter(isShape) : []);
export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Characters as Discord counts them: UTF-16 units, as its JavaScript clients do. */
export function checkText(
  report: Report,
  path: Path,
  value: unknown,
  { min = 0, max, required = min > 0 }: { min?: number; max: number; required?: boolean },
): void {
  if (value === undefined || value === null) {
    if (required) report.add(path, 'BASE_TYPE_REQUIRED', 'This field is required');
    return;
  }
  if (typeof value !== 'string') {
    report.add(path, 'STRING_TYPE_CONVERT', `Could not interpret "${String(value)}" as string.`);
    return;
  }
  if (value.length > max) report.add(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
  if (min > 0 && value === '' && required) {
    report.add(path, 'BASE_TYPE_REQUIRED', 'This field is required');
  } else if (value.length < min) {
    report.add(path, 'BASE_TYPE_MIN_LENGTH', `Must be ${min} or more in length.`);
  }
}

export function checkCount(
  report: Report,
  path: Path,
  value: unknown,
  { min, max }: { min: number; max: number },
): void {
  const count = Array.isArray(value) ? value.length : 0;
  if (count < min || count > max) {
    report.add(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
  }
}

export function checkInteger(
  report: Report,
  path: Path,
  value: unknown,
  { min, max }: { min: number; max: number },
): void {
  if (value === undefined || value === null) return;
  if (!Number.isInteger(value)) {
    report.add(path, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not int.`);
  } else if (Number(value) < min || Number(value) > max) {
    report.add(path, 'NUMBER_TYPE_RANGE', `int value should be between ${min} and ${max}.`);
  }
}

/** A list of objects; anything else in it is reported. */
export function checkedShapes(report: Report, path: Path, value: unknown): Shape[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    report.add(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
    return [];
  }
  value.forEach((item, index) => {
    if (!isShape(item))
      report.add([...path, index], 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType');
  });
  return value.map(shapeOf);
}
