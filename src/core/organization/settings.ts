import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { settings } from '../../db/schema/index.ts';
import { durationInWords, durationTyped, parseDuration } from '../duration.ts';
import { parseCron, parseTimezone } from '../schedule/cron.ts';
import {
  BREAK_GLASS_VALUES,
  type BreakGlass,
  parseBreakGlass,
  showBreakGlass,
  writeBreakGlass,
} from './break-glass.ts';

interface Setting<T> {
  /** What it decides, for people. */
  says: string;
  /** How its values are written. */
  values: string;
  fallback: T;
  /** From what was typed; throws DomainError or a zod error. */
  parse: (typed: string) => T;
  show: (value: T) => string;
  /** As it would be typed, where that is not plain. */
  write?: (value: T) => string;
  operatorsOnly?: boolean;
  /** Kept for the workspace that it is typed in. */
  perWorkspace?: boolean;
  /** Kept with the organization's OpenID provider. */
  ofProvider?: boolean;
  /** Decides how access is approved: once it asks for a second person, it is changed with a second person. */
  policy?: boolean;
  /** A role may have a value of its own. */
  perRole?: boolean;
}

const duration = (says: string, fallback: number): Setting<number> => ({
  says,
  values: 'a duration: 30m, 8h, 7d, 4w',
  fallback,
  parse: (typed) => parseDuration(typed, 'value'),
  show: durationInWords,
  write: durationTyped,
});

const limit = (says: string): Setting<number | null> => ({
  says,
  values: 'a number, or none',
  fallback: null,
  parse: (typed) =>
    typed.toLowerCase() === 'none' ? null : z.coerce.number().int().min(0).max(1e9).parse(typed),
  show: (value) => (value === null ? 'no limit' : String(value)),
  operatorsOnly: true,
});

const atLeast = (least: number, says: string, fallback: number): Setting<number> => ({
  says,
  values: `a number from ${least} on`,
  fallback,
  parse: (typed) => z.coerce.number().int().min(least).max(1e6).parse(typed),
  show: String,
});

const channel = (says: string): Setting<string | null> => ({
  says,
  values: 'a channel, or none',
  fallback: null,
  parse: (typed) => (typed.toLowerCase() === 'none' ? null : typed),
  show: (value) => value ?? 'not set',
  perWorkspace: true,
});

const orNone = (says: string, values: string, parse: (typed: string) => string): Setting<string | null> => ({
  says,
  values: `${values}, or none`,
  fallback: null,
  parse: (typed) => (typed.toLowerCase() === 'none' ? null : parse(typed)),
  show: (value) => value ?? 'not set',
});

const FIVE_FIELDS = 'minute, hour, day, month and weekday as cron writes them, such as 0 9 * * 1';

const provider = (says: string, values: string): Setting<string | null> => ({
  says,
  values,
  fallback: null,
  parse: (typed) => typed,
  show: (value) => value ?? 'not set',
  ofProvider: true,
});

const DAY = 86_400;

const MOST_APPROVALS = 10;
const MOST_LISTED = 50;

/** Names separated by commas, each once; `nothing` is the word for none of them. */
const names = (typed: string, nothing: string): string[] | null => {
  const listed = typed
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
  if (listed.length === 1 && listed[0] === nothing) return null;
  return z
    .array(z.string().max(254))
    .min(1)
    .max(MOST_LISTED)
    .parse([...new Set(listed)]);
};

const ofRoles = { policy: true, perRole: true } as const;

/** Every setting of an organization; `/org settings`, the form and the README come from here. */
export const settingKeys = {
  'approvals-channel': channel(
    'Where requests are posted; otherwise everybody who may decide gets a direct message',
  ),
  'approvals-required': {
    ...ofRoles,
    says: 'How many different people approve before something is given',
    values: `a number from 1 to ${MOST_APPROVALS}`,
    fallback: 1,
    parse: (typed: string) => z.coerce.number().int().min(1).max(MOST_APPROVALS).parse(typed),
    show: (value: number) => String(value),
  },
  approvers: {
    ...ofRoles,
    says: 'Who may decide, of those who hold requests:decide and may give it',
    values: 'e-mail addresses and roles, separated by commas, or default for all of them',
    fallback: null as string[] | null,
    parse: (typed: string) => names(typed, 'default'),
    show: (value: readonly string[] | null) => value?.join(', ') ?? 'everybody who may give it',
    write: (value: readonly string[] | null) => value?.join(',') ?? 'default',
  },
  'approvals-changes': {
    policy: true,
    says: 'Commands that nobody does alone, administrators neither: they become requests, and so do other commands where they come down to one of these',
    values: 'commands such as access grant, member role, separated by commas, or none',
    fallback: null as string[] | null,
    parse: (typed: string) =>
      names(typed, 'none')?.map((name) => name.replace(/^\/?(org )?/, '').replace(/\s+/g, ' ')) ?? null,
    show: (value: readonly string[] | null) => value?.join(', ') ?? 'none',
  },
  'request-life': { ...duration('How long a request waits for a decision', 7 * DAY), ...ofRoles },
  'max-for': {
    ...ofRoles,
    says: 'The longest time that access can be asked for, and what a request that names no time gets',
    values: 'a duration such as 30d, or none for access without an end',
    fallback: (30 * DAY) as number | null,
    parse: (typed: string) => (typed.toLowerCase() === 'none' ? null : parseDuration(typed, 'value')),
    show: (value: number | null) => (value === null ? 'no limit' : durationInWords(value)),
    write: (value: number | null) => (value === null ? 'none' : durationTyped(value)),
  },
  'reason-required': {
    ...ofRoles,
    says: 'Whether a request needs a reason',
    values: 'yes or no',
    fallback: true,
    parse: (typed: string) => z.enum(['yes', 'no']).parse(typed.toLowerCase()) === 'yes',
    show: (value: boolean) => (value ? 'yes' : 'no'),
  },
  'break-glass': {
    policy: true,
    says: 'Who may take which role at once without approval, for how long; reviewed afterwards',
    values: BREAK_GLASS_VALUES,
    fallback: null as BreakGlass[] | null,
    parse: parseBreakGlass,
    show: showBreakGlass,
    write: writeBreakGlass,
  },
  'high-risk-roles': {
    policy: true,
    says: 'Roles whose approval has to be confirmed with a passkey',
    values: 'roles, separated by commas, or none',
    fallback: null as string[] | null,
    parse: (typed: string) => names(typed, 'none'),
    show: (value: readonly string[] | null) => value?.join(', ') ?? 'none',
    write: (value: readonly string[] | null) => value?.join(',') ?? 'none',
  },
  'invitation-life': duration('How long an invitation can be accepted', 7 * DAY),
  'token-max-life': {
    says: 'The longest that a new token works; one that names no end gets this one',
    values: 'a duration such as 90d, or none for tokens without an end',
    fallback: null as number | null,
    parse: (typed: string) => (typed.toLowerCase() === 'none' ? null : parseDuration(typed, 'value')),
    show: (value: number | null) => (value === null ? 'no limit' : durationInWords(value)),
  },
  secrets: {
    says: 'Where a new token or key is shown, once: chat shows it to the caller alone',
    values: 'chat',
    fallback: 'chat',
    parse: (typed: string): string => z.enum(['chat']).parse(typed.toLowerCase()),
    show: (value: string) => value,
  },
  'dormant-after': duration('How long without any use makes a member dormant and a token unused', 90 * DAY),
  'invitation-stale-after': duration('How long an invitation may stay open, resent or not', 30 * DAY),
  'most-admins': atLeast(1, 'How many administrators are no drift yet', 5),
  leavers: {
    says: 'What happens to members whose chat account has left the workspace: they are reported, or deactivated at once as well',
    values: 'report or deactivate',
    fallback: 'report',
    parse: (typed: string): string => z.enum(['report', 'deactivate']).parse(typed.toLowerCase()),
    show: (value: string) => value,
  },
  'bulk-limit': atLeast(1, 'How many things one person may change at once; more take a second person', 20),
  'drift-channel': channel(
    'Where drift reports are posted; otherwise whoever asks gets theirs, and administrators the scheduled one',
  ),
  'drift-cron': orNone('When a drift report is made by itself', FIVE_FIELDS, parseCron),
  'drift-timezone': orNone(
    'The time zone of drift-cron and review-cron; UTC where none is set',
    'a time zone such as Europe/Berlin',
    parseTimezone,
  ),
  'drift-emails': {
    says: 'How e-mail addresses stand in a report that goes to a channel',
    values: 'masked or full',
    fallback: 'masked',
    parse: (typed: string): string => z.enum(['masked', 'full']).parse(typed.toLowerCase()),
    show: (value: string) => value,
  },
  'review-cron': orNone('When an access review begins by itself', FIVE_FIELDS, parseCron),
  'review-life': duration('How long an access review waits for answers', 14 * DAY),
  'members-limit': limit('How many members there may be, pending invitations included'),
  'service-accounts-limit': limit('How many service accounts there may be'),
  'projects-limit': limit('How many projects there may be'),
  'sso-issuer': provider(
    'The OpenID provider that an invitation can ask people to sign in with',
    'its https address, or none; give the provider PUBLIC_URL/sso/callback to come back to',
  ),
  'sso-client-id': provider('What the provider calls Rollcall', 'a client id, or none'),
  'sso-client-secret': provider(
    "The client's secret at the provider: kept encrypted, never shown, forgotten with another issuer",
    'a secret, through the form alone, or none',
  ),
} satisfies Record<
  string,
  | Setting<never>
  | Setting<number>
  | Setting<number | null>
  | Setting<boolean>
  | Setting<string>
  | Setting<string | null>
  | Setting<string[] | null>
  | Setting<BreakGlass[] | null>
>;

export type SettingKey = keyof typeof settingKeys;

export type Settings = { [K in SettingKey]: (typeof settingKeys)[K]['fallback'] };

export const isSettingKey = (text: string): text is SettingKey => Object.hasOwn(settingKeys, text);

export const showSetting = (key: SettingKey, value: unknown): string =>
  (settingKeys[key].show as (value: unknown) => string)(value);

/** A value as it would be typed. */
export const writeSetting = (key: SettingKey, value: unknown): string => {
  const setting = settingKeys[key];
  if ('write' in setting) return (setting.write as (value: unknown) => string)(value);
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
};

/** The stored values over the defaults. Channels are not here, they belong to connections; nor is the provider. */
export const loadSettings = async (db: Db, organizationId: string): Promise<Settings> => {
  const rows = await db.select().from(settings).where(eq(settings.organizationId, organizationId));
  const stored = Object.fromEntries(rows.map((row) => [row.key, row.value]));
  const defaults = Object.fromEntries(
    Object.entries(settingKeys).map(([key, { fallback }]) => [key, fallback]),
  );
  return { ...defaults, ...stored } as Settings;
};
