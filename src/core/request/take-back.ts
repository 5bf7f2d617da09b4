import { and, eq } from 'drizzle-orm';
import { grants, principals, requests } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { endGrants } from '../grant/revoke.ts';
import { countAdministrators, fetchPrincipal } from '../member/principal.ts';
import type { Request } from './find.ts';

/** Ends at once what an approved request gave to who asked. */
export const takeBack = async (c: Change, request: Request, state: 'returned' | 'ended'): Promise<void> => {
  await c.db
    .update(requests)
    .set({ state, accessEndsAt: c.now })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.id, request.id),
        eq(requests.state, 'approved'),
      ),
    );
  if (request.projectId) await endGrants(c, eq(grants.requestId, request.id));
  else if (request.roleId) await fallBack(c, request.requesterId, request.roleId);
};

/** The role that is held for a time gives way to the lasting one at once. @returns whether it was held */
export const fallBack = async (c: Change, memberId: string, roleId: string): Promise<boolean> => {
  const before = await fetchPrincipal(c, memberId);
  if (before.roleId !== roleId || before.roleUntil === null || before.roleUntil <= c.now) return false;
  const after = { roleId: before.roleAfterId, roleUntil: null, roleAfterId: null, roleWarnAt: null };
  await c.db
    .update(principals)
    .set(after)
    .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, memberId)));
  await countAdministrators(c, before, { ...before, ...after });
  return true;
};
