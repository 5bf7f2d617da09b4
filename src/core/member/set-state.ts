import { and, eq, isNull, sql } from 'drizzle-orm';
import { offboardings, principals, requests } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';
import { cancelRequestsWhere } from '../request/cancel-where.ts';
import { findMember, type Person } from './find.ts';
import { countAdministrators, fetchPrincipal, needToOutrank } from './principal.ts';
import { needRoomForMembers } from './room.ts';

interface Input {
  organizationId: string;
  person: Person;
}

type MemberState = 'active' | 'deactivated';

/** Switches a member off or on again inside a change; rights have been checked. */
export const changeState = async (
  c: Change,
  target: Holder,
  state: MemberState,
  reason?: string,
): Promise<void> => {
  const before = await fetchPrincipal(c, target.id);
  const changed = await c.db
    .update(principals)
    .set({ state })
    .where(
      and(
        eq(principals.organizationId, c.organization.id),
        eq(principals.id, target.id),
        eq(principals.state, state === 'active' ? 'deactivated' : 'active'),
      ),
    )
    .returning({ id: principals.id });
  if (changed.length === 0) {
    throw new DomainError('wrong-state', `Nothing changed: ${target.email} is ${before.state} already.`, {
      facts: { email: target.email, state: before.state },
    });
  }
  c.count('members', state === 'active' ? 1 : -1);
  if (state === 'active') await needRoomForMembers(c, 0);
  await countAdministrators(c, before, { ...before, state });
  c.audit({
    action: state === 'active' ? 'member.reactivated' : 'member.deactivated',
    target: target.email,
    reason,
  });
  if (state === 'active') await closeOffboarding(c, target);
  if (target.id === c.me?.id) return;
  c.say(
    ...(await directMessages(c.db, c.organization.id, [target.id], {
      notice: state === 'active' ? 'member-reactivated' : 'member-deactivated',
      data: { by: c.me?.email },
    })),
  );
};

/** Whoever is switched on again is not being removed any more. */
const closeOffboarding = async (c: Change, target: Holder): Promise<void> => {
  const closed = await c.db
    .update(offboardings)
    .set({ closedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(offboardings.organizationId, c.organization.id),
        eq(offboardings.userId, target.id),
        isNull(offboardings.closedAt),
      ),
    )
    .returning({ id: offboardings.id });
  if (closed.length === 0) return;
  c.audit({ action: 'offboarding.closed', target: target.email, reason: 'reactivated' });
  await cancelRequestsWhere(
    c,
    sql`${requests.kind} = 'removal' and ${requests.beneficiaryId} = ${target.id}`,
    `${target.email} was reactivated`,
  );
};

const setState = async (
  ctx: Context,
  { organizationId, person }: Input,
  state: MemberState,
  verb: string,
): Promise<{ email: string }> =>
  change(ctx, organizationId, async (c) => {
    need(c, 'members:write', `${verb} members`);
    const target = await findMember(c, person);
    needToOutrank(c, target, verb);
    await changeState(c, target, state);
    return { email: target.email };
  });

/** Takes away everything a member may do here, at once, and keeps all of it for a reactivation (rule 3, CW-31). */
export const deactivateMember = async (ctx: Context, input: Input): Promise<{ email: string }> =>
  setState(ctx, input, 'deactivated', 'deactivate');

/** Brings back what has not ended meanwhile. */
export const reactivateMember = async (ctx: Context, input: Input): Promise<{ email: string }> =>
  setState(ctx, input, 'active', 'reactivate');
