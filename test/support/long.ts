import { startVitest } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** How often a test that is run for long repeats what it does; undefined in the suite. */
    runs: number | undefined;
  }
}

/** `npm run model -- 2000`: a test that takes as long as one gives it. */
const LONG: Readonly<Record<string, string>> = { model: 'test/core/life.test.ts' };

const [name = '', typed = ''] = process.argv.slice(2);
const file = LONG[name];
const runs = Number(typed);
if (!file || !Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`Say how many runs: npm run ${file ? name : Object.keys(LONG)[0]} -- 1000\n`);
  process.exit(1);
}
await startVitest('test', [file], { watch: false, testTimeout: 0, provide: { runs } });
