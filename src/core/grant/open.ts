import { and, isNotNull, lte, sql } from 'drizzle-orm';
import { grants } from '../../db/schema/index.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';
import { keyOf } from './bar.ts';
import { endGrants } from './revoke.ts';
import { type Scheduled, scheduledGrants } from './scheduled.ts';

/**
 * Settles grants whose start has come: everything is checked again, as at an approval. What holds is open for good and
 * its holder told; what does not gives nothing, ends, and is told to the holder and to whoever approved it.
 */
export const openGrants = async (ctx: Context): Promise<number> => {
  const due = await ctx.db
    .selectDistinct({ organizationId: grants.organizationId })
    .from(grants)
    .where(and(isNotNull(grants.opensVersion), lte(grants.startsAt, sql`statement_timestamp()`)));
  return inEachOrganization(due, (organizationId) =>
    change(ctx, organizationId, async (c) => {
      const coming = (await scheduledGrants(c)).filter((grant) => grant.due);
      for (const grant of coming) await (grant.obstacle === undefined ? open(c, grant) : refuse(c, grant));
      return coming.length;
    }),
  );
};

const factsOf = ({ project, role, until, request }: Scheduled) => ({
  project,
  role,
  until: until?.toISOString() ?? null,
  request: request?.name ?? null,
});

const open = async (c: Change, grant: Scheduled): Promise<void> => {
  await c.db.update(grants).set({ opensVersion: null, barred: false }).where(keyOf(c, grant));
  c.audit({ action: 'grant.opened', target: grant.email ?? undefined, facts: factsOf(grant) });
  const { project, role, until } = factsOf(grant);
  c.say(
    ...(await directMessages(c.db, c.organization.id, [grant.principalId], {
      notice: 'grant-opened',
      data: { project, role, until },
    })),
  );
};

const refuse = async (c: Change, grant: Scheduled): Promise<void> => {
  await endGrants(c, keyOf(c, grant));
  c.audit({
    action: 'grant.not-opened',
    target: grant.email ?? undefined,
    reason: grant.obstacle,
    facts: factsOf(grant),
  });
  const { email, project, role, request, obstacle, givers } = grant;
  const told = new Set([grant.principalId, ...(request ? [request.requesterId] : []), ...givers]);
  c.say(
    ...(await directMessages(c.db, c.organization.id, [...told], {
      notice: 'grant-not-opened',
      data: { email, project, role, request: request?.name ?? null, why: obstacle },
    })),
  );
};

/** @throws DomainError `forbidden` where a grant that this change has just written is known not to open */
export const needToOpen = async (
  c: Change,
  written: { principalId: string; projectId: string; roleId: string },
): Promise<void> => {
  const { obstacle } =
    (await scheduledGrants(c)).find(
      (grant) =>
        grant.principalId === written.principalId &&
        grant.projectId === written.projectId &&
        grant.roleId === written.roleId,
    ) ?? {};
  if (obstacle === undefined) return;
  throw new DomainError('forbidden', `Not done: at that start it would not open, because ${obstacle}.`, {
    todo: 'Name an earlier start, or leave it to somebody whose own access lasts until then.',
    field: 'from',
  });
};
