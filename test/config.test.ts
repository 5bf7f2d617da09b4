import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig, settingNames } from '../src/config.ts';
import { keepSecretKey } from '../src/secret-key.ts';

const KEY = 'k'.repeat(32);

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
}

test('with nothing set, Rollcall listens on 3000 and keeps an embedded database in data', () => {
  expect(readConfig({})).toEqual({
    production: false,
    port: 3000,
    publicUrl: 'http://localhost:3000',
    trustProxy: false,
    database: { url: undefined, dataDir: 'data' },
    operators: [],
    createOrganizations: 'operators',
    linkByEmail: [],
    kubernetesNamespace: 'default',
    logLevel: 'info',
  });
});

test('every setting is read', () => {
  const env = {
    NODE_ENV: 'production',
    PORT: '8080',
    PUBLIC_URL: 'https://rollcall.example.com/',
    TRUST_PROXY: 'yes',
    DATABASE_URL: 'postgres://u:p@db:5432/rollcall',
    DATA_DIR: '/var/lib/rollcall',
    SECRET_KEY: KEY,
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: 'abc',
    SLACK_APP_TOKEN: 'xapp-1',
    SLACK_API_URL: 'http://127.0.0.1:4000/api/',
    DISCORD_TOKEN: 'token',
    DISCORD_APPLICATION_ID: '42',
    DISCORD_API_URL: 'http://127.0.0.1:4001',
    DISCORD_SHARDS: '2',
    SMTP_URL: 'smtp://mail:2525',
    MAIL_FROM: 'Rollcall <rollcall@example.com>',
    OPERATORS: 'dana@example.com, eli@example.com,',
    CREATE_ORGANIZATIONS: 'anyone',
    LINK_BY_EMAIL: 'T1,T2',
    KUBERNETES_NAMESPACE: 'team-a',
    LOG_LEVEL: 'debug',
  };
  expect(settingNames.toSorted()).toEqual(
    Object.keys(env)
      .filter((name) => name !== 'NODE_ENV')
      .toSorted(),
  );
  expect(readConfig(env)).toEqual({
    production: true,
    port: 8080,
    publicUrl: 'https://rollcall.example.com',
    trustProxy: true,
    database: { url: 'postgres://u:p@db:5432/rollcall', dataDir: '/var/lib/rollcall' },
    secretKey: KEY,
    slack: {
      botToken: 'xoxb-1',
      signingSecret: 'abc',
      appToken: 'xapp-1',
      apiUrl: 'http://127.0.0.1:4000/api/',
    },
    discord: { token: 'token', applicationId: '42', apiUrl: 'http://127.0.0.1:4001', shards: 2 },
    mail: { smtpUrl: 'smtp://mail:2525', from: 'Rollcall <rollcall@example.com>' },
    operators: ['dana@example.com', 'eli@example.com'],
    createOrganizations: 'anyone',
    linkByEmail: ['T1', 'T2'],
    kubernetesNamespace: 'team-a',
    logLevel: 'debug',
  });
});

test('an empty value counts as not set, and a port of 0 lets the system choose', () => {
  const config = readConfig({ PORT: '0', PUBLIC_URL: '', SLACK_BOT_TOKEN: ' ', OPERATORS: '' });
  expect(config.port).toBe(0);
  expect(config.publicUrl).toBe('http://localhost:0');
  expect(config.slack).toBeUndefined();
});

test('mail is sent from an address at the public host unless MAIL_FROM says otherwise', () => {
  const config = readConfig({ SMTP_URL: 'smtp://mail', PUBLIC_URL: 'https://access.example.com' });
  expect(config.mail).toEqual({ smtpUrl: 'smtp://mail', from: 'Rollcall <rollcall@access.example.com>' });
});

describe('a bad setting stops with one line that names it and never shows its value', () => {
  test.each([
    ['PORT', 'canary'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PUBLIC_URL', 'canary.example.com'],
    ['PUBLIC_URL', 'ftp://canary.example.com'],
    ['PUBLIC_URL', 'https://example.com/?canary'],
    ['TRUST_PROXY', 'canary'],
    ['DATABASE_URL', 'mysql://canary'],
    ['SECRET_KEY', 'canary'],
    ['SLACK_BOT_TOKEN', 'xapp-canary'],
    ['SLACK_SIGNING_SECRET', 'can ary canary'],
    ['SLACK_APP_TOKEN', 'xoxb-canary'],
    ['SLACK_API_URL', 'canary'],
    ['DISCORD_TOKEN', 'canary canary'],
    ['DISCORD_APPLICATION_ID', 'canary'],
    ['DISCORD_API_URL', 'canary'],
    ['SMTP_URL', 'https://canary'],
    ['MAIL_FROM', 'canary'],
    ['OPERATORS', 'dana@example.com,canary'],
    ['CREATE_ORGANIZATIONS', 'canary'],
    ['LINK_BY_EMAIL', 'T1,canary@example.com'],
    ['KUBERNETES_NAMESPACE', 'Canary_'],
    ['LOG_LEVEL', 'canary'],
  ])('%s=%s', (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} must [^\\n]+\\.$`));
    expect(message.toLowerCase()).not.toContain('canary');
  });
});

describe('settings that need each other', () => {
  test.each([
    [{ DATABASE_URL: 'postgres://u:canary@h/d' }, 'SECRET_KEY is not set, and DATABASE_URL needs it'],
    [{ SLACK_BOT_TOKEN: 'xoxb-canary' }, 'neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is'],
    [{ SLACK_APP_TOKEN: 'xapp-canary' }, 'SLACK_APP_TOKEN is set, and SLACK_BOT_TOKEN is not'],
    [{ SLACK_SIGNING_SECRET: 'canary' }, 'SLACK_SIGNING_SECRET is set, and SLACK_BOT_TOKEN is not'],
    [{ NODE_ENV: 'production' }, 'SLACK_BOT_TOKEN is not set, and in production there is no playground'],
    [{ DISCORD_TOKEN: 'canary' }, 'DISCORD_TOKEN is set, and DISCORD_APPLICATION_ID is not'],
    [{ DISCORD_APPLICATION_ID: '42' }, 'DISCORD_APPLICATION_ID is set, and DISCORD_TOKEN is not'],
    [{ MAIL_FROM: 'a@example.com' }, 'MAIL_FROM is set, and SMTP_URL is not'],
  ])('%o', (env, part) => {
    const message = refusal(env as Record<string, string>);
    expect(message).toContain(part);
    expect(message).not.toContain('\n');
    expect(message).not.toContain('canary');
  });

  test('a bot token with either way to reach Slack is enough', () => {
    expect(refusal({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' })).toBe('accepted');
    expect(refusal({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'abc' })).toBe('accepted');
  });
});

describe('the key beside the embedded database', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-key-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('is made once, even by several at once, and readable by its owner alone', async () => {
    const dataDir = join(directory, 'fresh');
    const keys = await Promise.all(Array.from({ length: 25 }, () => keepSecretKey(dataDir)));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]?.length).toBeGreaterThanOrEqual(43);
    expect(await keepSecretKey(dataDir)).toBe(keys[0]);
    expect(await readdir(dataDir)).toEqual(['secret-key']);
    const file = join(dataDir, 'secret-key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim()).toBe(keys[0]);
  });

  test('is refused, and not replaced, when its file is damaged', async () => {
    await writeFile(join(directory, 'secret-key'), 'half');
    await expect(keepSecretKey(directory)).rejects.toThrow(/holds no usable key. Restore it from a backup/);
    expect(await readFile(join(directory, 'secret-key'), 'utf8')).toBe('half');
  });
});
