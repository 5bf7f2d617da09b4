import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import type { AccountRef, PlatformName } from '../context.ts';

/** The live account of who asked, on the platform where they asked. */
export const accountOfRequester = async (
  db: Db,
  request: { requesterId: string; askedOn: string },
): Promise<AccountRef | undefined> => {
  const [account] = rowsOf<{ platform: PlatformName; workspace_id: string; external_id: string }>(
    await db.execute(sql`
      select platform, workspace_id, external_id from accounts
      where user_id = ${request.requesterId} and platform = ${request.askedOn} and unlinked_at is null
      order by linked_at desc limit 1`),
  );
  return (
    account && {
      platform: account.platform,
      workspaceId: account.workspace_id,
      externalId: account.external_id,
    }
  );
};
