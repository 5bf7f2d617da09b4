import { and, eq, isNull, lt, or, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { departures, findings } from '../../db/schema/index.ts';
import { loadHolder } from '../access/holder.ts';
import { type Change, change } from '../change.ts';
import type { AccountRef, Context } from '../context.ts';
import { scopeOf, stillFound } from '../drift/evaluate.ts';
import { memberLeftWorkspace } from '../drift/rules/member-left-workspace.ts';
import { runRules } from '../drift/run.ts';
import { directMessages, type NewMessage } from '../message.ts';
import { findOrganization } from '../organization/find.ts';
import { operatorMessages } from '../request/announce.ts';
import { toAdministrators } from './administrators.ts';
import { changeState } from './set-state.ts';

/**
 * Somebody is gone from a workspace: every organization that is connected to it, and that they are still an active
 * member of, has a finding, and its administrators hear of it, with the buttons to follow; where there is no other one,
 * the operators. Nothing is taken away by itself, unless `leavers` says so. Whoever has another live account there has not left.
 */
export const noticeLeaver = async (
  ctx: Context,
  account: AccountRef,
  workspaceId: string,
): Promise<number> => {
  const memberships = rowsOf<{ organizationId: string; id: string }>(
    await ctx.db.execute(sql`
      select p.organization_id as "organizationId", p.id
      from accounts a
      join principals p on p.user_id = a.user_id and p.state = 'active'
      join connections c on c.organization_id = p.organization_id and c.platform = a.platform
        and c.workspace_id = ${workspaceId}
      where a.platform = ${account.platform} and a.workspace_id = ${account.workspaceId}
        and a.external_id = ${account.externalId} and a.unlinked_at is null`),
  );
  const departedAt = await noteDeparture(ctx, account, workspaceId);
  for (const { organizationId, id } of memberships) {
    const organization = await findOrganization(ctx.db, organizationId);
    if (!organization) continue;
    await runRules(ctx, organization, [memberLeftWorkspace]);
    await change(ctx, organizationId, async (c) => followUp(c, id, departedAt));
  }
  return memberships.length;
};

const followUp = async (c: Change, id: string, departedAt: Date): Promise<void> => {
  const scope = await scopeOf(c.db, c.organization);
  const left = await stillFound(c.db, memberLeftWorkspace, { ...scope, subjects: [id] });
  const member = left.has(id) ? await loadHolder(c.db, c.organization.id, id) : undefined;
  if (!member || !(await isNews(c, id, departedAt))) return;
  // The last administrator stays, whatever the setting says: somebody has to be able to act.
  const last =
    c.counters.admins <= 1 && member.roles.some((held) => held.administers && held.until === undefined);
  const deactivated = scope.settings.leavers === 'deactivate' && !last;
  if (deactivated) await changeState(c, member, 'deactivated', 'left the workspace');
  const said = {
    notice: 'member-left-workspace',
    data: { email: member.email, deactivated, last },
    subjectId: c.organization.id,
  };
  const own = new Set((await directMessages(c.db, c.organization.id, [id], said)).map(placeOf));
  const administrators = (await toAdministrators(c, said)).filter((message) => !own.has(placeOf(message)));
  c.say(...(administrators.length > 0 ? administrators : await operatorMessages(c, id, said)));
};

/** Platforms repeat the news at every later change of a profile, however much later. */
const isNews = async (c: Change, id: string, departedAt: Date): Promise<boolean> => {
  const news = await c.db
    .update(findings)
    .set({ toldAt: c.now })
    .where(
      and(
        eq(findings.organizationId, c.organization.id),
        eq(findings.rule, memberLeftWorkspace.id),
        eq(findings.subject, id),
        or(isNull(findings.toldAt), lt(findings.toldAt, departedAt)),
      ),
    )
    .returning({ number: findings.number });
  return news.length > 0;
};

const placeOf = ({ platform, workspaceId, recipient }: NewMessage): string =>
  `${platform}:${workspaceId}:${recipient.id}`;

/** @returns when it was first heard of, however often it is reported */
const noteDeparture = async (ctx: Context, account: AccountRef, workspaceId: string): Promise<Date> => {
  const { platform, externalId } = account;
  await ctx.db.execute(sql`
    insert into departures (platform, workspace_id, external_id)
    select w.platform, w.id, ${externalId} from workspaces w
    where w.platform = ${platform} and w.id = ${workspaceId} on conflict do nothing`);
  const [row] = await ctx.db
    .select({ leftAt: departures.leftAt })
    .from(departures)
    .where(at({ platform, workspaceId, externalId }));
  return row?.leftAt ?? new Date(0);
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
