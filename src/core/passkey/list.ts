import type { Context } from '../context.ts';
import { askerOf } from './asker.ts';
import { passkeysOf } from './find.ts';

export interface ListedPasskey {
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  /** It is copied between the person's devices. */
  backedUp: boolean;
}

/** The actor's own passkeys. Nobody sees anybody else's. */
export const listPasskeys = async (ctx: Context): Promise<ListedPasskey[]> =>
  (await passkeysOf(ctx.db, askerOf(ctx).userId)).map(({ name, createdAt, lastUsedAt, backedUp }) => ({
    name,
    createdAt,
    lastUsedAt,
    backedUp,
  }));
