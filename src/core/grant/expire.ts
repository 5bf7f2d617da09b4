import { and, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm';
import { grants, members, principals, roles } from '../../db/schema/index.ts';
import { loadHolders } from '../access/holder.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { countAdministrators } from '../member/principal.ts';
import { directMessages } from '../message.ts';
import { endReplaced } from '../request/end.ts';
import { auditedAs } from './grantee.ts';
import { endGrants } from './revoke.ts';

/** Grants past their end are deleted and their holders told. They gave nothing since the second they ended (rule 4). */
export const expireGrants = async (ctx: Context): Promise<number> => {
  const past = lte(grants.expiresAt, sql`statement_timestamp()`);
  const due = await ctx.db.selectDistinct({ organizationId: grants.organizationId }).from(grants).where(past);
  return inEachOrganization(due, (organizationId) =>
    change(ctx, organizationId, async (c) => {
      const ids = await c.db
        .selectDistinct({ id: grants.principalId })
        .from(grants)
        .where(and(eq(grants.organizationId, organizationId), past));
      const { holders } = await loadHolders(c.db, organizationId, { ids: ids.map((row) => row.id) });
      let count = 0;
      for (const holder of holders) {
        const gone = await endGrants(c, and(eq(grants.principalId, holder.id), past));
        for (const facts of gone)
          c.audit({ action: 'grant.ended', target: auditedAs(holder), facts: { ...facts } });
        c.say(
          ...(await directMessages(c.db, organizationId, [holder.id], {
            notice: 'grant-ended',
            data: { ended: gone },
          })),
        );
        count += gone.length;
      }
      return count;
    }),
  );
};

/** Organization roles past their end fall back to the one before, which they already were since that second. */
export const expireRoles = async (ctx: Context): Promise<number> => {
  const past = and(isNotNull(principals.roleUntil), lte(principals.roleUntil, sql`statement_timestamp()`));
  const due = await ctx.db
    .selectDistinct({ organizationId: principals.organizationId })
    .from(principals)
    .where(past);
  return inEachOrganization(due, (organizationId) =>
    change(ctx, organizationId, async (c) => {
      const rows = await c.db
        .select()
        .from(principals)
        .where(and(eq(principals.organizationId, organizationId), past));
      for (const before of rows) {
        const after = { roleId: before.roleAfterId, roleUntil: null, roleAfterId: null, roleWarnAt: null };
        await c.db
          .update(principals)
          .set(after)
          .where(and(eq(principals.organizationId, organizationId), eq(principals.id, before.id)));
        await countAdministrators(c, before, { ...before, ...after });
        await endReplaced(c, before.id);
        const names = await roleNames(c, [before.roleId, before.roleAfterId]);
        const facts = {
          before: names.get(before.roleId ?? '') ?? null,
          after: names.get(before.roleAfterId ?? '') ?? null,
          until: before.roleUntil?.toISOString() ?? null,
        };
        const [member] = await c.db
          .select({ email: members.email })
          .from(members)
          .where(and(eq(members.organizationId, organizationId), eq(members.userId, before.id)));
        c.audit({ action: 'member.role-ended', target: member?.email, facts });
        c.say(
          ...(await directMessages(c.db, organizationId, [before.id], {
            notice: 'member-role-ended',
            data: facts,
          })),
        );
      }
      return rows.length;
    }),
  );
};

const roleNames = async (c: Change, ids: readonly (string | null)[]): Promise<Map<string, string>> => {
  const wanted = ids.filter((id) => id !== null);
  const rows = await c.db
    .select({ id: roles.id, name: roles.name })
    .from(roles)
    .where(and(eq(roles.organizationId, c.organization.id), inArray(roles.id, wanted)));
  return new Map(rows.map((row) => [row.id, row.name]));
};
