import { z } from 'zod';

export interface Config {
  production: boolean;
  port: number;
  /** Without a trailing slash. */
  publicUrl: string;
  trustProxy: boolean;
  database: { url?: string; dataDir: string };
  /** Unset only with the embedded database, which keeps one of its own. */
  secretKey?: string;
  slack?: { botToken: string; signingSecret?: string; appToken?: string; apiUrl?: string };
  discord?: { token: string; applicationId: string; apiUrl?: string; shards?: number };
  mail?: { smtpUrl: string; from: string };
  operators: readonly string[];
  createOrganizations: 'operators' | 'anyone';
  linkByEmail: readonly string[];
  kubernetesNamespace: string;
  logLevel: (typeof LOG_LEVELS)[number];
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const EMAIL = /^[^\s@,<>]+@[^\s@,<>]+$/;
const SENDER = /^(?:[^\s@,<>]+@[^\s@,<>]+|[^<>\r\n]*<[^\s@,<>]+@[^\s@,<>]+>)$/;

const matching = (pattern: RegExp, error: string) => z.string().regex(pattern, { error });

const webAddress = (protocols: readonly string[], error: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), { error });

const list = (item: RegExp, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .refine((parts) => parts.every((part) => item.test(part)), { error });

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of: ${values.join(', ')}` });

const HTTP = ['http:', 'https:'];

/** Every setting, with what its error says after its name. No message repeats a value: it may be a secret. */
const settings = z.object({
  NODE_ENV: z.string().optional(),
  PORT: matching(/^\d{1,5}$/, 'must be a port number from 0 to 65535, for example PORT=3000')
    .transform(Number)
    .refine((port) => port <= 65_535, {
      error: 'must be a port number from 0 to 65535, for example PORT=3000',
    })
    .default(3000),
  PUBLIC_URL: webAddress(
    HTTP,
    'must be the http or https address that people reach, for example PUBLIC_URL=https://rollcall.example.com',
  )
    .refine((text) => !/[?#]/.test(text), { error: 'must end before any ? or #' })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  TRUST_PROXY: oneOf(['yes', 'no']).default('no'),
  DATABASE_URL: webAddress(
    ['postgres:', 'postgresql:'],
    'must be a Postgres address, for example DATABASE_URL=postgres://user:password@host:5432/rollcall',
  ).optional(),
  DATA_DIR: z.string().default('data'),
  SECRET_KEY: z
    .string()
    .min(32, { error: 'must have at least 32 characters; `openssl rand -base64 32` makes one' })
    .optional(),
  SLACK_BOT_TOKEN: matching(/^xoxb-\S+$/, 'must be the bot token, which starts with xoxb-').optional(),
  SLACK_SIGNING_SECRET: matching(/^\S+$/, 'must be the signing secret, which has no spaces').optional(),
  SLACK_APP_TOKEN: matching(/^xapp-\S+$/, 'must be the app-level token, which starts with xapp-').optional(),
  SLACK_API_URL: webAddress(HTTP, 'must be an http or https address').optional(),
  DISCORD_TOKEN: matching(/^\S+$/, 'must be the bot token, which has no spaces').optional(),
  DISCORD_APPLICATION_ID: matching(/^\d+$/, 'must be the application id, which is a number').optional(),
  DISCORD_API_URL: webAddress(HTTP, 'must be an http or https address').optional(),
  DISCORD_SHARDS: matching(/^[1-9]\d{0,3}$/, 'must be a number of gateway connections, from 1 on')
    .transform(Number)
    .optional(),
  SMTP_URL: webAddress(
    ['smtp:', 'smtps:'],
    'must be the mail server, for example SMTP_URL=smtps://user:password@mail.example.com',
  ).optional(),
  MAIL_FROM: matching(
    SENDER,
    'must be one e-mail address, for example MAIL_FROM="Rollcall <rollcall@example.com>"',
  ).optional(),
  OPERATORS: list(
    EMAIL,
    'must be e-mail addresses with commas between them, for example OPERATORS=dana@example.com,eli@example.com',
  ).default([]),
  CREATE_ORGANIZATIONS: oneOf(['operators', 'anyone']).default('operators'),
  LINK_BY_EMAIL: list(
    /^[A-Za-z0-9]+$/,
    'must be workspace ids with commas between them, for example LINK_BY_EMAIL=T0123ABCD',
  ).default([]),
  KUBERNETES_NAMESPACE: matching(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a namespace: lower-case letters, digits and dashes, 63 at most',
  ).default('default'),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
});

type Settings = z.infer<typeof settings>;

/** The names of all settings, for the documentation's test. */
export const settingNames = Object.keys(settings.shape).filter((name) => name !== 'NODE_ENV');

/** Reads the settings. The first bad one throws an Error with one line that names it, and no value. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(settings.shape).flatMap((name) => {
      const value = env[name]?.trim();
      // An empty value is what compose files write for "not set".
      return value ? [[name, value]] : [];
    }),
  );
  const read = settings.safeParse(given);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new Error(`${issue?.path.join('.')} ${issue?.message}.`);
  }
  const clash = findClash(read.data);
  if (clash) throw new Error(clash);
  return arrange(read.data);
}

/** What is wrong between two settings that are each well written. */
function findClash(s: Settings): string | undefined {
  if (s.DATABASE_URL && !s.SECRET_KEY) {
    return 'SECRET_KEY is not set, and DATABASE_URL needs it: write 32 or more random characters, the same for every replica; `openssl rand -base64 32` makes one.';
  }
  if (s.SLACK_BOT_TOKEN && !s.SLACK_SIGNING_SECRET && !s.SLACK_APP_TOKEN) {
    return 'SLACK_BOT_TOKEN is set, and neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is: write SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.';
  }
  for (const name of ['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'] as const) {
    if (s[name] && !s.SLACK_BOT_TOKEN) {
      return `${name} is set, and SLACK_BOT_TOKEN is not: write the bot token too, which starts with xoxb-.`;
    }
  }
  if (s.NODE_ENV === 'production' && !s.SLACK_BOT_TOKEN && !s.DISCORD_TOKEN) {
    return 'SLACK_BOT_TOKEN is not set, and in production there is no playground instead of a chat: write the bot token, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET; or DISCORD_TOKEN and DISCORD_APPLICATION_ID.';
  }
  if (s.DISCORD_TOKEN && !s.DISCORD_APPLICATION_ID) {
    return 'DISCORD_TOKEN is set, and DISCORD_APPLICATION_ID is not: write the application id too.';
  }
  if (s.DISCORD_APPLICATION_ID && !s.DISCORD_TOKEN) {
    return 'DISCORD_APPLICATION_ID is set, and DISCORD_TOKEN is not: write the bot token too.';
  }
  if (s.MAIL_FROM && !s.SMTP_URL) {
    return 'MAIL_FROM is set, and SMTP_URL is not: write the mail server, for example SMTP_URL=smtp://mail.example.com.';
  }
  return undefined;
}

function arrange(s: Settings): Config {
  const publicUrl = s.PUBLIC_URL ?? `http://localhost:${s.PORT}`;
  return {
    production: s.NODE_ENV === 'production',
    port: s.PORT,
    publicUrl,
    trustProxy: s.TRUST_PROXY === 'yes',
    database: { url: s.DATABASE_URL, dataDir: s.DATA_DIR },
    secretKey: s.SECRET_KEY,
    slack: s.SLACK_BOT_TOKEN
      ? {
          botToken: s.SLACK_BOT_TOKEN,
          signingSecret: s.SLACK_SIGNING_SECRET,
          appToken: s.SLACK_APP_TOKEN,
          apiUrl: s.SLACK_API_URL,
        }
      : undefined,
    discord:
      s.DISCORD_TOKEN && s.DISCORD_APPLICATION_ID
        ? {
            token: s.DISCORD_TOKEN,
            applicationId: s.DISCORD_APPLICATION_ID,
            apiUrl: s.DISCORD_API_URL,
            shards: s.DISCORD_SHARDS,
          }
        : undefined,
    mail: s.SMTP_URL
      ? { smtpUrl: s.SMTP_URL, from: s.MAIL_FROM ?? `Rollcall <rollcall@${new URL(publicUrl).hostname}>` }
      : undefined,
    operators: s.OPERATORS,
    createOrganizations: s.CREATE_ORGANIZATIONS,
    linkByEmail: s.LINK_BY_EMAIL,
    kubernetesNamespace: s.KUBERNETES_NAMESPACE,
    logLevel: s.LOG_LEVEL,
  };
}
