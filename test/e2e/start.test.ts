import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Child, startChild } from '../support/child.ts';
import { emptyDatabase } from '../support/database.ts';
import { type FakeDiscord, startDiscord } from '../support/discord/discord.ts';
import { freePort } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const START: readonly string[] = scripts.start
  .replace(/^node /, '')
  .replace('src/', `${ROOT}src/`)
  .split(' ');

const url = await emptyDatabase();
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The true program, as `npm start` starts it, with no settings but these. */
function start(env: Record<string, string>): Child {
  return startChild(START, { cwd: directory, env: { PATH: process.env.PATH, ...env } });
}

async function ready(rollcall: Child, port: number, path = '/readyz'): Promise<void> {
  await vi.waitFor(
    async () => {
      if (rollcall.process.exitCode !== null) return;
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
    },
    { timeout: 30_000, interval: 50 },
  );
  expect(rollcall.process.exitCode, rollcall.lines.join('\n')).toBeNull();
}

/** What the process has in memory, in MB. */
async function residentMemory(rollcall: Child): Promise<number> {
  const status = await readFile(`/proc/${rollcall.process.pid}/status`, 'utf8');
  return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1]) / 1024;
}

async function endedWithin(milliseconds: number, rollcall: Child): Promise<unknown> {
  const started = performance.now();
  const code = await rollcall.ended;
  expect(performance.now() - started).toBeLessThan(milliseconds);
  return code;
}

describe('npm start on the embedded database', () => {
  test('becomes ready, refuses a second process on its directory, and ends within 10 s of SIGTERM', async () => {
    const env = { DATA_DIR: join(directory, 'stopped'), PORT: String(await freePort()) };
    const first = start(env);
    await ready(first, Number(env.PORT));

    const second = start({ ...env, PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(second.lines.filter((line) => line.includes('in use by another Rollcall process'))).toHaveLength(
      1,
    );
    expect(second.lines.join('\n')).not.toContain('    at ');

    first.process.kill('SIGTERM');
    expect(await endedWithin(10_000, first)).toBe(0);
  }, 90_000);

  test('SIGTERM in the middle of the start ends it without an error', async () => {
    const env = { DATA_DIR: join(directory, 'hasty'), PORT: String(await freePort()) };
    const rollcall = start(env);
    await ready(rollcall, Number(env.PORT), '/healthz');
    rollcall.process.kill('SIGTERM');
    expect(await endedWithin(10_000, rollcall)).toBe(0);
  }, 60_000);

  test('starts again after kill -9', async () => {
    const env = { DATA_DIR: join(directory, 'killed'), PORT: String(await freePort()) };
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const rollcall = start(env);
      await ready(rollcall, Number(env.PORT));
      if (process.platform === 'linux') expect(await residentMemory(rollcall)).toBeLessThan(800);
      rollcall.process.kill(signal);
      expect(await rollcall.ended).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
    }
  }, 90_000);
});

test('npm start on a Postgres server, with Slack, stays small and ends cleanly', async () => {
  const rollcall = start({
    PORT: String(await freePort()),
    DATABASE_URL: url,
    SECRET_KEY: 'k'.repeat(32),
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: 'secret',
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
  });
  const line = await rollcall.says('"msg":"ready"');
  await ready(rollcall, JSON.parse(line).port);
  if (process.platform === 'linux') expect(await residentMemory(rollcall)).toBeLessThan(220);
  rollcall.process.kill('SIGTERM');
  expect(await endedWithin(10_000, rollcall)).toBe(0);
}, 60_000);

describe('npm start in front of Discord', () => {
  let fake: FakeDiscord;
  beforeAll(async () => {
    fake = await startDiscord({ guild: 'Acme', people: [{ name: 'ada' }], channels: [] });
    return () => fake.stop();
  });
  const startWith = async (token: string) =>
    start({
      PORT: String(await freePort()),
      DATABASE_URL: url,
      SECRET_KEY: 'k'.repeat(32),
      DISCORD_TOKEN: token,
      DISCORD_APPLICATION_ID: fake.applicationId,
      DISCORD_API_URL: fake.apiUrl,
    });

  test('registers the commands, listens, stays small, and ends cleanly', async () => {
    const rollcall = await startWith(fake.token);
    const line = await rollcall.says('"msg":"ready"');
    await ready(rollcall, JSON.parse(line).port);
    expect(fake.gateway.sessions()).toBe(1);
    expect(rollcall.lines.join('')).not.toContain('playground');
    if (process.platform === 'linux') expect(await residentMemory(rollcall)).toBeLessThan(240);
    rollcall.process.kill('SIGTERM');
    expect(await endedWithin(10_000, rollcall)).toBe(0);
    expect(fake.refused).toEqual([]);
  }, 60_000);

  test('stops with one line where the token is wrong', async () => {
    const rollcall = await startWith('canary');
    expect(await rollcall.ended).toBe(1);
    expect(rollcall.lines).toHaveLength(1);
    expect(rollcall.lines[0]).toContain('DISCORD_TOKEN');
    expect(rollcall.lines[0]).not.toContain('canary');
  }, 60_000);
});

describe('a start that cannot work stops with one line', () => {
  test.each([
    ['a bad setting', { PORT: 'many' }, 'PORT must be a port number from 0 to 65535, for example PORT=3000.'],
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgres://rollcall:canary@127.0.0.1:1/rollcall', SECRET_KEY: 'canary'.repeat(6) },
      'The database at 127.0.0.1:1 cannot be used',
    ],
    ['production without a chat', { NODE_ENV: 'production' }, 'SLACK_BOT_TOKEN'],
  ])(
    '%s',
    async (_what, env, part) => {
      const rollcall = start({ DATA_DIR: join(directory, 'refused'), ...(env as Record<string, string>) });
      expect(await rollcall.ended).toBe(1);
      expect(rollcall.lines).toHaveLength(1);
      expect(rollcall.lines[0]).toContain(part);
      expect(rollcall.lines[0]).not.toContain('canary');
    },
    60_000,
  );
});
