import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { departures } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { AccountRef, Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';

const ASKED = 20;

/**
 * Somebody is gone from a workspace: the administrators of every organization that is connected to it, and that they
 * are still an active member of, hear of it, with the buttons to follow. Nothing is taken away by itself.
 */
export const noticeLeaver = async (
  ctx: Context,
  account: AccountRef,
  workspaceId: string,
): Promise<number> => {
  const memberships = rowsOf<{ organization_id: string; id: string; email: string }>(
    await ctx.db.execute(sql`
      select p.organization_id, p.id, m.email
      from accounts a
      join principals p on p.user_id = a.user_id and p.state = 'active'
      join members m on m.organization_id = p.organization_id and m.user_id = p.id
      join connections c on c.organization_id = p.organization_id and c.platform = a.platform
        and c.workspace_id = ${workspaceId}
      where a.platform = ${account.platform} and a.workspace_id = ${account.workspaceId}
        and a.external_id = ${account.externalId} and a.unlinked_at is null`),
  );
  const departure = await noteDeparture(ctx, account, workspaceId);
  for (const { organization_id: organizationId, id, email } of memberships) {
    const told = change(
      { ...ctx, interaction: `left:${organizationId}:${departure}` },
      organizationId,
      async (c) => {
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
      },
    );
    // Platforms repeat the news at every later change of a profile.
    await told.catch((error: unknown) => {
      if (!(error instanceof DomainError && error.code === 'duplicate')) throw error;
    });
  }
  return memberships.length;
};

/** @returns what names this one departure, however often it is reported; a later one is another */
const noteDeparture = async (ctx: Context, account: AccountRef, workspaceId: string): Promise<string> => {
  const { platform, externalId } = account;
  await ctx.db.execute(sql`
    insert into departures (platform, workspace_id, external_id)
    select w.platform, w.id, ${externalId} from workspaces w
    where w.platform = ${platform} and w.id = ${workspaceId} on conflict do nothing`);
  const [row] = await ctx.db
    .select({ leftAt: departures.leftAt })
    .from(departures)
    .where(at({ platform, workspaceId, externalId }));
  return [platform, workspaceId, externalId, row?.leftAt.toISOString()].join(':');
};

/** They are there again, so that another departure is news. */
export const noticeReturn = async (ctx: Context, account: AccountRef, workspaceId: string): Promise<void> => {
  await ctx.db.delete(departures).where(at({ ...account, workspaceId }));
};

const at = (where: { platform: string; workspaceId: string; externalId: string }) =>
  and(
    eq(departures.platform, where.platform),
    eq(departures.workspaceId, where.workspaceId),
    eq(departures.externalId, where.externalId),
  );
