import { isShape, type Shape } from '../shape.ts';

/** Collects what is wrong, in Slack's own form: `[ERROR] … [json-pointer:/blocks/0/text]`. */
export type Report = { readonly problems: string[]; say(at: string, problem: string): undefined };

export function createReport(): Report {
  const problems: string[] = [];
  return {
    problems,
    say: (at, problem) => {
      problems.push(`[ERROR] ${problem} [json-pointer:${at}]`);
      return undefined;
    },
  };
}

export function checkString(
  report: Report,
  at: string,
  value: unknown,
  most: number,
  needed = false,
): undefined {
  if (value === undefined && !needed) return;
  if (typeof value !== 'string') report.say(at, 'must be a string');
  else if (needed && value.length === 0) report.say(at, 'must be more than 0 characters');
  else if (value.length > most) report.say(at, `must be less than ${most + 1} characters`);
}

export function checkText(
  report: Report,
  at: string,
  value: unknown,
  most: number,
  kinds: readonly ('plain_text' | 'mrkdwn')[] = ['plain_text'],
): undefined {
  if (!isShape(value)) return report.say(at, 'missing or invalid text object');
  if (!kinds.some((kind) => kind === value.type))
    report.say(`${at}/type`, `must be one of ${kinds.join(', ')}`);
  checkString(report, `${at}/text`, value.text, most, true);
}

export const BOTH = ['plain_text', 'mrkdwn'] as const;

/** A list of objects of which there must be some, and not too many. */
export function checkList(report: Report, at: string, value: unknown, most: number, least = 1): Shape[] {
  if (!Array.isArray(value)) {
    report.say(at, 'must be an array');
    return [];
  }
  if (value.length < least) report.say(at, `must provide at least ${least} items`);
  if (value.length > most) report.say(at, `no more than ${most} items allowed [value: ${value.length}]`);
  return value.filter((item, index) => isShape(item) || report.say(`${at}/${index}`, 'must be an object'));
}
