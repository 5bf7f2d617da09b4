import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Child {
  process: ChildProcess;
  /** Waits for a line of output that contains `part`. */
  says(part: string): Promise<string>;
  /** All the lines so far, of both streams. */
  lines: readonly string[];
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts a real process of this Node and reads along. */
export function startChild(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Child {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    for (const listener of listeners) listener();
    return code ?? signal;
  });
  return { process: child, lines, ended, says: (part) => waitFor(part) };

  function waitFor(part: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = lines.find((line) => line.includes(part));
        if (found !== undefined) resolve(found);
        else if (child.exitCode === null && child.signalCode === null) return;
        else reject(new Error(`ended without saying "${part}":\n${lines.join('\n')}`));
        listeners.delete(look);
      };
      listeners.add(look);
      look();
    });
  }
}

/** Runs TypeScript given as text, which sees this repository's `src` as `$SRC`. */
export function startScript(script: string, ...args: string[]): Child {
  const source = script.replaceAll('$SRC', new URL('../../src', import.meta.url).href);
  return startChild(['--input-type=module-typescript', '-e', source, ...args]);
}
