import { and, eq } from 'drizzle-orm';
import { principals } from '../../db/schema/index.ts';
import { type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';
import { findMember, type Person } from './find.ts';
import { countAdministrators, fetchPrincipal, needToOutrank } from './principal.ts';
import { needRoomForMembers } from './room.ts';

interface Input {
  organizationId: string;
  person: Person;
}

const setState = async (
  ctx: Context,
  input: Input,
  to: { from: 'active' | 'deactivated'; state: 'active' | 'deactivated'; verb: string },
  check?: (c: Change) => Promise<void>,
): Promise<{ email: string }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'members:write', `${to.verb} members`);
    const target = await findMember(c, input.person);
    needToOutrank(c, target, to.verb);
    await check?.(c);
    const before = await fetchPrincipal(c, target.id);
    const changed = await c.db
      .update(principals)
      .set({ state: to.state })
      .where(
        and(
          eq(principals.organizationId, c.organization.id),
          eq(principals.id, target.id),
          eq(principals.state, to.from),
        ),
      )
      .returning({ id: principals.id });
    if (changed.length === 0) {
      throw new DomainError('wrong-state', `Nothing changed: ${target.email} is ${before.state} already.`, {
        facts: { email: target.email, state: before.state },
      });
    }
    c.count('members', to.state === 'active' ? 1 : -1);
    await countAdministrators(c, before, { ...before, state: to.state });
    c.audit({
      action: to.state === 'active' ? 'member.reactivated' : 'member.deactivated',
      target: target.email,
    });
    if (target.id !== c.me?.id) {
      c.say(
        ...(await directMessages(c.db, c.organization.id, [target.id], {
          notice: to.state === 'active' ? 'member-reactivated' : 'member-deactivated',
          data: { by: c.me?.email },
        })),
      );
    }
    return { email: target.email };
  });

/** Takes away everything a member may do here, at once, and keeps all of it for a reactivation (rule 3, CW-31). */
export const deactivateMember = async (ctx: Context, input: Input): Promise<{ email: string }> =>
  setState(ctx, input, { from: 'active', state: 'deactivated', verb: 'deactivate' });

/** Brings back what has not ended meanwhile. */
export const reactivateMember = async (ctx: Context, input: Input): Promise<{ email: string }> =>
  setState(ctx, input, { from: 'deactivated', state: 'active', verb: 'reactivate' }, (c) =>
    needRoomForMembers(c, 1),
  );
