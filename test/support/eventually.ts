import { vi } from 'vitest';

/** Waits until it holds, on a busy machine too; whoever expects it sooner says so by a clock of their own. */
export const eventually = <T>(holds: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(holds, { timeout: 15_000, interval: 10 });
