import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { personOfUser } from './deciders.ts';
import { handOverOf } from './hand-over.ts';

/**
 * After a chat account was linked or unlinked: whoever has none is told of nothing, and whoever is the requester's
 * person by now decides nothing of theirs. @returns in how many organizations something waits that they may have decided
 */
export const followLink = async (ctx: Context, userId: string): Promise<number> => {
  const persons = [...(await personOfUser(ctx, userId))];
  const waiting = rowsOf<{ organizationId: string; emails: string[] }>(
    await ctx.db.execute(sql`
      select m.organization_id as "organizationId", array_agg(m.email) as emails from members m
      where m.user_id = any(${sql.param(persons)}::uuid[]) and exists (
        select from requests r where r.organization_id = m.organization_id and not r.to_operators
          and (r.state = 'pending' or (r.kind = 'break-glass' and r.reviewed_at is null)))
      group by m.organization_id`),
  );
  const emails = new Map(waiting.map((row) => [row.organizationId, row.emails]));
  await inEachOrganization(waiting, (organizationId) =>
    change(ctx, organizationId, async (c) => {
      await handOverOf(c, emails.get(organizationId));
      return 1;
    }),
  );
  return waiting.length;
};
