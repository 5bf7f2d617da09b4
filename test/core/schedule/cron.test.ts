import { describe, expect, test } from 'vitest';
import { parseCron, parseTimezone, slotAfter, slotsAfter } from '../../../src/core/schedule/cron.ts';

const BERLIN = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
const NEW_YORK = { cron: '30 2 * * *', timezone: 'America/New_York' };

const days = (when: typeof BERLIN, from: string, count = 3): string[] =>
  slotsAfter(when, new Date(from), count).map((slot) => slot.toISOString());

const refused = (read: () => unknown): string => {
  try {
    return String(read());
  } catch (error) {
    return `${(error as Error).message} ${(error as { todo?: string }).todo}`;
  }
};

describe('slots in a time zone', () => {
  test('02:30 comes on the spring day too, once the clock has been put forward', () => {
    expect(days(BERLIN, '2027-03-27T00:00Z')).toEqual([
      '2027-03-27T01:30:00.000Z',
      '2027-03-28T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
    expect(days(NEW_YORK, '2027-03-13T00:00Z')).toEqual([
      '2027-03-13T07:30:00.000Z',
      '2027-03-14T07:30:00.000Z',
      '2027-03-15T06:30:00.000Z',
    ]);
  });

  test('02:30 comes once on the autumn day, which has it twice', () => {
    expect(days(BERLIN, '2027-10-30T12:00Z')).toEqual([
      '2027-10-31T00:30:00.000Z',
      '2027-11-01T01:30:00.000Z',
      '2027-11-02T01:30:00.000Z',
    ]);
    expect(days({ ...NEW_YORK, cron: '30 1 * * *' }, '2027-11-06T12:00Z')).toEqual([
      '2027-11-07T05:30:00.000Z',
      '2027-11-08T06:30:00.000Z',
      '2027-11-09T06:30:00.000Z',
    ]);
  });

  test('whoever looks between the two 02:30, or in the hour that is left out, finds the same slots', () => {
    expect(slotAfter(BERLIN, new Date('2027-10-31T00:45Z')).toISOString()).toBe('2027-11-01T01:30:00.000Z');
    expect(slotAfter(BERLIN, new Date('2027-03-28T01:00Z')).toISOString()).toBe('2027-03-28T01:30:00.000Z');
    expect(slotAfter(BERLIN, new Date('2027-03-28T01:30Z')).toISOString()).toBe('2027-03-29T00:30:00.000Z');
  });

  test('09:00 stays 09:00 for the people there', () => {
    const monday = { cron: '0 9 * * MON', timezone: 'Europe/Berlin' };
    expect(days(monday, '2027-03-20T00:00Z', 2)).toEqual([
      '2027-03-22T08:00:00.000Z',
      '2027-03-29T07:00:00.000Z',
    ]);
  });

  test('every hour and every minute, an hour that comes twice counts twice', () => {
    const hourly = { cron: '0 * * * *', timezone: 'Europe/Berlin' };
    expect(days(hourly, '2027-10-30T23:30Z', 3)).toEqual([
      '2027-10-31T00:00:00.000Z',
      '2027-10-31T01:00:00.000Z',
      '2027-10-31T02:00:00.000Z',
    ]);
    const minutely = { cron: '* * * * *', timezone: 'UTC' };
    expect(days(minutely, '2027-01-01T00:00Z', 2)).toEqual([
      '2027-01-01T00:01:00.000Z',
      '2027-01-01T00:02:00.000Z',
    ]);
  });
});

describe('what is typed', () => {
  test.each([
    ['0 9 * * 1', '0 9 * * 1'],
    [' */15  8-18 * * mon-fri ', '*/15 8-18 * * MON-FRI'],
    ['0 9 1,15 * *', '0 9 1,15 * *'],
  ])('%s is a schedule', (typed, cron) => expect(parseCron(typed)).toBe(cron));

  test.each([
    ['', '0 of five fields'],
    ['0 9 * *', '4 of five fields'],
    ['0 0 9 * * 1', '6 of five fields'],
    ['@daily', '1 of five fields'],
    ['0 25 * * *', 'range 0-23'],
    ['0 9 30 2 *', 'not a schedule'],
    ['H 9 * * *', '`H` says no time'],
    ['0 9 * * FRIDAY', '`FRIDAY` says no time'],
  ])('%s is none, and what to type is said', (typed, why) => {
    const said = refused(() => parseCron(typed));
    expect(said).toContain(why);
    expect(said).toContain('`0 9 * * 1` is Mondays at 09:00');
  });

  test('a zone is known by its name, however it is written', () => {
    expect(parseTimezone('europe/berlin')).toBe('Europe/Berlin');
    expect(parseTimezone('UTC')).toBe('UTC');
    expect(refused(() => parseTimezone('Europe/Berln'))).toContain('Write it like Europe/Berlin.');
    expect(refused(() => parseTimezone('+02:00'))).toContain('`+02:00` is not a time zone.');
  });
});
