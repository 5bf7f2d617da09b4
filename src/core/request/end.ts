import { and, eq, inArray, isNotNull, ne, type SQL } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { redraw } from '../message.ts';

/** Marks approved requests as over, when what they gave has ended by time or was taken away. */
export const endRequests = async (c: Change, ids: readonly string[]): Promise<void> => {
  if (ids.length > 0) await endRequestsWhere(c, inArray(requests.id, [...ids]));
};

/** The same for whichever of the organization's approved requests the condition names. */
export const endRequestsWhere = async (c: Change, which: SQL | undefined): Promise<void> => {
  const ended = await c.db
    .update(requests)
    .set({ state: 'ended' })
    .where(and(eq(requests.organizationId, c.organization.id), which, eq(requests.state, 'approved')))
    .returning({ id: requests.id, number: requests.number });
  for (const { number } of ended) c.audit({ action: 'request.ended', target: `REQ-${number}` });
  c.enqueue(...(await redraw(c.db, ...ended.map(({ id }) => id))));
};

/** Ends the approved requests for an organization role for a time, when another one takes its place. */
export const endReplaced = async (c: Change, beneficiaryId: string, except?: string): Promise<void> =>
  endRequestsWhere(
    c,
    and(
      inArray(requests.kind, ['access', 'break-glass']),
      eq(requests.beneficiaryId, beneficiaryId),
      eq(requests.roleScope, 'organization'),
      isNotNull(requests.accessEndsAt),
      except === undefined ? undefined : ne(requests.id, except),
    ),
  );
