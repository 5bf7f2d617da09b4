import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { change } from '../change.ts';
import type { AccountRef, Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';

const ASKED = 20;

/**
 * Somebody's chat account was switched off at the platform: the administrators of every organization that they are
 * still an active member of hear of it, with the buttons to follow. Nothing is taken away by itself.
 */
export const noticeLeaver = async (ctx: Context, account: AccountRef): Promise<number> => {
  const memberships = rowsOf<{ organization_id: string; id: string; email: string }>(
    await ctx.db.execute(sql`
      select p.organization_id, p.id, m.email
      from accounts a
      join principals p on p.user_id = a.user_id and p.state = 'active'
      join members m on m.organization_id = p.organization_id and m.user_id = p.id
      where a.platform = ${account.platform} and a.workspace_id = ${account.workspaceId}
        and a.external_id = ${account.externalId} and a.unlinked_at is null`),
  );
  for (const { organization_id: organizationId, id, email } of memberships) {
    const once = `left:${organizationId}:${account.platform}:${account.workspaceId}:${account.externalId}`;
    const told = change({ ...ctx, interaction: once }, organizationId, async (c) => {
      const admins = rowsOf<{ id: string }>(
        await c.db.execute(sql`
          select p.id from principals p
          join roles r on r.organization_id = p.organization_id and r.id = p.role_id and r.administers
          where p.organization_id = ${organizationId} and p.state = 'active' and p.id <> ${id} limit ${ASKED}`),
      ).map((row) => row.id);
      c.say(
        ...(await directMessages(c.db, organizationId, admins, {
          notice: 'member-left-workspace',
          data: { email },
        })),
      );
    });
    // Platforms repeat the news at every later change of a profile.
    await told.catch((error: unknown) => {
      if (!(error instanceof DomainError && error.code === 'duplicate')) throw error;
    });
  }
  return memberships.length;
};
