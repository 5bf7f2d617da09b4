import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * Holds a data directory for this process alone. The lock is SQLite's own lock on a file: the kernel drops it with the
 * process, kill -9 included, so there is no stale lock to guess about.
 */
export async function lockDirectory(directory: string): Promise<{ release(): void }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { DatabaseSync } = await import('node:sqlite');
  const file = new DatabaseSync(join(directory, 'lock'));
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `The data directory ${resolve(directory)} is in use by another Rollcall process. Stop that one first, or set DATA_DIR to another directory.`,
    );
  }
  return { release: () => file.close() };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
