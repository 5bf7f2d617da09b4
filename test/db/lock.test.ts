import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase, rowsOf } from '../../src/db/client.ts';
import { lockDirectory } from '../../src/db/lock.ts';
import { startScript } from '../support/child.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-lock-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const HOLD = `
  import { lockDirectory } from '$SRC/db/lock.ts';
  try {
    await lockDirectory(process.argv[1]);
    console.log('locked');
    setInterval(() => {}, 1e6);
  } catch (error) {
    console.log('refused: ' + error.message);
  }
`;

const WRITE = `
  import { sql } from 'drizzle-orm';
  import { openDatabase } from '$SRC/db/client.ts';
  const { db } = await openDatabase({ dataDir: process.argv[1] });
  await db.execute(sql\`create table written (n integer)\`);
  for (let n = 1; ; n += 1) {
    await db.execute(sql\`insert into written values (\${n})\`);
    process.stdout.write(\`wrote \${n}\\n\`);
  }
`;

test('a second process on the same data directory is refused with one line that says what to do', async () => {
  const target = join(directory, 'two processes');
  const first = startScript(HOLD, target);
  await first.says('locked');
  const second = startScript(HOLD, target);
  await second.ended;
  expect(second.lines).toEqual([
    `refused: The data directory ${target} is in use by another Rollcall process. Stop that one first, or set DATA_DIR to another directory.`,
  ]);
  first.process.kill('SIGKILL');
  await first.ended;
});

test('kill -9 leaves no stale lock: the next process gets the directory at once', async () => {
  const target = join(directory, 'killed');
  for (let round = 0; round < 3; round += 1) {
    const holder = startScript(HOLD, target);
    await holder.says('locked');
    holder.process.kill('SIGKILL');
    expect(await holder.ended).toBe('SIGKILL');
  }
  const lock = await lockDirectory(target);
  lock.release();
});

test('a second opening within one process is refused too, and possible after the first is released', async () => {
  const target = join(directory, 'same process');
  const first = await lockDirectory(target);
  await expect(lockDirectory(target)).rejects.toThrow('is in use by another Rollcall process');
  first.release();
  const second = await lockDirectory(target);
  second.release();
});

test('kill -9 in the middle of writing loses no row that was acknowledged', async () => {
  const target = join(directory, 'embedded');
  const writer = startScript(WRITE, target);
  await writer.says('wrote 40');
  await expect(openDatabase({ dataDir: target })).rejects.toThrow('is in use by another Rollcall process');
  writer.process.kill('SIGKILL');
  await writer.ended;
  const acknowledged = writer.lines.filter((line) => line.startsWith('wrote ')).length;
  const database = await openDatabase({ dataDir: target });
  try {
    const rows = rowsOf<{ count: number; newest: number }>(
      await database.db.execute(sql`select count(*) as count, max(n) as newest from written`),
    );
    expect(acknowledged).toBeGreaterThanOrEqual(40);
    expect(rows[0]?.newest).toBeGreaterThanOrEqual(acknowledged);
    expect(rows[0]?.count).toBe(rows[0]?.newest);
  } finally {
    await database.close();
  }
}, 60_000);

test('kill -9 during the very first start leaves nothing that a second start trips over', async () => {
  const target = join(directory, 'first start');
  const script = `
    import { openDatabase } from '$SRC/db/client.ts';
    console.log('opening');
    await openDatabase({ dataDir: process.argv[1] });
    console.log('open');
  `;
  const killed = startScript(script, target);
  await killed.says('opening');
  await vi.waitFor(
    async () => expect(await readdir(join(target, 'postgres.draft'))).toContain('base'),
    30_000,
  );
  killed.process.kill('SIGKILL');
  await killed.ended;
  expect(killed.lines).toEqual(['opening']);
  const database = await openDatabase({ dataDir: target });
  try {
    expect(rowsOf(await database.db.execute(sql`select 1 as one`))).toEqual([{ one: 1 }]);
    expect((await readdir(target)).filter((name) => !name.startsWith('lock'))).toEqual(['postgres']);
    expect((await stat(join(target, 'postgres'))).mode & 0o077).toBe(0);
    expect((await stat(target)).mode & 0o077).toBe(0);
  } finally {
    await database.close();
  }
}, 60_000);
