import { fillLarge } from '../test/support/large.ts';
import type { Site } from './site.ts';

/** Every table that a run of all rules reads more of than a few rows. */
export const READ = ['principals', 'members', 'tokens', 'invitations', 'grants', 'findings'] as const;

/** Members, tokens and invitations, as `drift:1000000` says; grants are five times as many. */
export const ROWS = Number(process.argv.find((name) => name.startsWith('drift:'))?.split(':')[1] ?? 100_000);

export const fill = ({ plain }: Site, organizationId: string): Promise<void> =>
  fillLarge(plain, organizationId, ROWS);
