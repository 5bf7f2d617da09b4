import { CronExpressionParser } from 'cron-parser';
import { DomainError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** When something happens by itself: five cron fields, read in a time zone. */
export interface Cron {
  cron: string;
  timezone: string;
}

const FIELD = /^(?:\d|[*,/-]|(?<![a-z])[a-z]{3}(?![a-z]))+$/i;
const HOW = 'Write minute, hour, day, month and weekday: `0 9 * * 1` is Mondays at 09:00.';

/** Five fields in one form. @throws DomainError `invalid`, which says what to type */
export const parseCron = (typed: string, field = 'cron'): string => {
  const fields = typed.trim().toUpperCase().split(/\s+/);
  const cron = fields.join(' ');
  const refuse = (why: string): never => {
    throw new DomainError('invalid', `\`${typed.trim().slice(0, 60)}\` is not a schedule: ${why}.`, {
      todo: HOW,
      field,
    });
  };
  if (fields.length !== 5) return refuse(`it has ${fields[0] === '' ? 0 : fields.length} of five fields`);
  const odd = fields.find((one) => !FIELD.test(one));
  if (odd !== undefined) return refuse(`\`${odd}\` says no time`);
  try {
    slotAfter({ cron, timezone: 'UTC' }, new Date(0));
  } catch (error) {
    return refuse(
      error instanceof Error ? error.message.replace(/^Constraint error, /, '') : 'it never comes',
    );
  }
  return cron;
};

/** A time zone by its IANA name, as that is written. @throws DomainError `invalid` with the nearest one */
export const parseTimezone = (typed: string, field = 'timezone'): string => {
  const wanted = typed.trim();
  try {
    if (/^[A-Za-z]/.test(wanted)) {
      return new Intl.DateTimeFormat('en', { timeZone: wanted }).resolvedOptions().timeZone;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const near = nearest(wanted, Intl.supportedValuesOf('timeZone'));
  throw new DomainError('invalid', `\`${wanted.slice(0, 40)}\` is not a time zone.`, {
    todo: `Write it like ${near ?? 'Europe/Berlin'}.`,
    field,
  });
};

/** A spring day puts a slot that it leaves out after the gap; the library looks for such a slot only from before it. */
const BEFORE_ANY_GAP = 2 * 3600 * 1000;

/**
 * The first slot after a moment. A local time that a spring day leaves out comes when the clock has been put forward;
 * one that an autumn day has twice comes once.
 */
export const slotAfter = ({ cron, timezone }: Cron, after: Date): Date => {
  const currentDate = new Date(after.getTime() - BEFORE_ANY_GAP);
  const slots = CronExpressionParser.parse(cron, { tz: timezone, currentDate });
  let slot = slots.next().toDate();
  while (slot <= after) slot = slots.next().toDate();
  return slot;
};

/** The next slots, for people to see whether they mean it. */
export const slotsAfter = (when: Cron, after: Date, count: number): Date[] => {
  const slots: Date[] = [];
  for (let from = after; slots.length < count; ) {
    from = slotAfter(when, from);
    slots.push(from);
  }
  return slots;
};

/** The last slot at or before a moment. */
export const slotBefore = ({ cron, timezone }: Cron, before: Date): Date =>
  CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(before.getTime() + 1) })
    .prev()
    .toDate();
