import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    // A file in a process of its own: an embedded database's memory goes back when its file is done.
    pool: 'forks',
    // Half the memory and less work for the embedded database's WebAssembly, as `npm start` has it.
    execArgv: ['--disable-warning=ExperimentalWarning', '--liftoff-only'],
    maxWorkers: 2,
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // What becomes so in its own time is waited for, on a busy machine too.
    expect: { poll: { timeout: 15_000, interval: 20 } },
    reporters: ['default'],
  },
});
