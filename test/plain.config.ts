import { defineConfig } from 'vitest/config';

/** For the tests that need no database: `npm run verify` takes seconds. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/architecture.test.ts', 'test/docs.test.ts'],
    reporters: ['default'],
  },
});
