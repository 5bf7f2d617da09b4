import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The installation's key beside its embedded database: made once, then always the same. */
export async function keepSecretKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret-key');
  const kept = await readKey(file);
  if (kept !== undefined) return kept;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Containers that share the directory may all be process 1.
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${randomBytes(32).toString('base64url')}\n`);
    await handle.sync();
    await handle.close();
    // A link appears whole or not at all, and never replaces the key of a process that was quicker.
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return (await readKey(file)) ?? keepSecretKey(dataDir);
}

async function readKey(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const key = text?.trim();
  if (key !== undefined && key.length < 32) {
    throw new Error(
      `The file ${file} holds no usable key. Restore it from a backup, or delete it: then a new key is made, and links and codes already sent stop working.`,
    );
  }
  return key;
}
