import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Child, startChild } from '../support/child.ts';
import { freePort } from '../support/server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The true program, as `npm start` starts it, with no settings but these. */
function start(env: Record<string, string>): Child {
  return startChild([MAIN], { cwd: directory, env: { PATH: process.env.PATH, ...env } });
}

async function ready(rollcall: Child, port: number): Promise<void> {
  await vi.waitFor(
    async () => {
      if (rollcall.process.exitCode !== null) return;
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    },
    { timeout: 30_000, interval: 50 },
  );
  expect(rollcall.process.exitCode, rollcall.lines.join('\n')).toBeNull();
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

  test('starts again after kill -9', async () => {
    const env = { DATA_DIR: join(directory, 'killed'), PORT: String(await freePort()) };
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const rollcall = start(env);
      await ready(rollcall, Number(env.PORT));
      rollcall.process.kill(signal);
      expect(await rollcall.ended).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
    }
  }, 90_000);
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
