import { DomainError } from './errors.ts';

const SECONDS = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const LONGEST = 10 * 366 * SECONDS.d;

/**
 * `30m 8h 7d 4w` as seconds.
 * @throws DomainError `invalid` for anything else, for nothing and for more than ten years
 */
export const parseDuration = (text: string, field = 'for'): number => {
  const match = /^(\d{1,6})\s*([mhdw])$/i.exec(text.trim());
  const seconds = match ? Number(match[1]) * SECONDS[match[2]?.toLowerCase() as keyof typeof SECONDS] : 0;
  if (seconds > 0 && seconds <= LONGEST) return seconds;
  if (match) {
    throw new DomainError(
      'invalid',
      seconds > LONGEST ? `\`${text.trim()}\` is too long.` : `\`${text.trim()}\` is no time at all.`,
      { todo: seconds > LONGEST ? 'Ten years are the most.' : 'Use 30m, 8h, 7d or 4w.', field },
    );
  }
  throw new DomainError('invalid', `\`${text.slice(0, 40)}\` is not a duration.`, {
    todo: 'Use 30m, 8h, 7d or 4w.',
    field,
  });
};

/** Seconds in the largest whole unit: `604800` is `7 days`. */
export const durationInWords = (seconds: number): string => {
  const unit =
    seconds % SECONDS.d === 0
      ? 'day'
      : seconds % SECONDS.h === 0
        ? 'hour'
        : seconds % 60 === 0
          ? 'minute'
          : 'second';
  const count = seconds / { day: SECONDS.d, hour: SECONDS.h, minute: 60, second: 1 }[unit];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};

/** Seconds as they would be typed: `604800` is `7d`. */
export const durationTyped = (seconds: number): string => {
  const unit = (['d', 'h', 'm'] as const).find((each) => seconds % SECONDS[each] === 0) ?? 'm';
  return `${Math.max(1, Math.round(seconds / SECONDS[unit]))}${unit}`;
};

/** A span, or a point in time: what `for`, `from`, `until` and `expires` take. */
export type When = { seconds: number } | { at: Date };

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A duration or an ISO 8601 instant; an instant without an offset is UTC. @throws DomainError `invalid` */
export const parseWhen = (text: string, field: string): When => {
  const typed = text.trim();
  if (/^\d+\s*[mhdw]$/i.test(typed)) return { seconds: parseDuration(typed, field) };
  if (!INSTANT.test(typed)) {
    throw new DomainError('invalid', `\`${typed.slice(0, 40)}\` is neither a duration nor a date.`, {
      todo: 'Use a duration such as 8h or 7d, or a date such as 2027-01-31T18:00Z.',
      field,
    });
  }
  const at = new Date(/T.*(Z|[+-]\d{2}:?\d{2})$/.test(typed) || !typed.includes('T') ? typed : `${typed}Z`);
  if (!Number.isNaN(at.getTime())) return { at };
  throw new DomainError('invalid', `\`${typed.slice(0, 40)}\` is not a date.`, {
    todo: 'Use a duration such as 7d, or a date such as 2027-01-31T18:00Z.',
    field,
  });
};

/** @throws DomainError `invalid` if it lies in the past */
export const endOf = (when: When, start: Date, now: Date, field: string): Date => {
  const end = 'at' in when ? when.at : new Date(start.getTime() + when.seconds * 1000);
  if (end > now && end > start) return end;
  throw new DomainError('invalid', 'Not changed: that end lies in the past.', {
    todo: 'Use a duration such as 7d, or a later date.',
    field,
  });
};
