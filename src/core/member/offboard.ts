import { offboardings } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import { type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { newId } from '../id.ts';
import { directMessages } from '../message.ts';
import { askOperators } from '../request/ask-operators.ts';
import { administratorsOf } from './administrators.ts';
import { findMember, type Person } from './find.ts';
import { needOffboarding, needStepsDone, type Offboarding, offboardingOf } from './offboarding.ts';
import { needToOutrank } from './principal.ts';
import { cancelRequestsOf, finishRemoval, revokeInvitationsOf } from './remove.ts';
import { changeState } from './set-state.ts';

interface Input {
  organizationId: string;
  person: Person;
}

/**
 * Starts a removal in steps, or shows the one that is open: the account is off at once, open requests are cancelled
 * and invitations withdrawn; tokens and service accounts are then dealt with one by one.
 */
export const openOffboarding = async (ctx: Context, input: Input): Promise<Offboarding> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'members:write', 'offboard members');
    const target = await findMember(c, input.person);
    needToOutrank(c, target, 'offboard');
    const open = await offboardingOf(c, target);
    if (open && target.state !== 'active') return open;
    if (target.state === 'active') await changeState(c, target, 'deactivated', 'offboarding');
    if (!open) await start(c, target, c.me ? [c.me.id] : []);
    const now = await loadHolder(c.db, c.organization.id, target.id);
    return needOffboarding(c, now ?? target);
  });

/** A member who leaves where removal is a run of steps: it begins with their own account, administrators go on. */
export const leaveInSteps = async (c: Change, me: Holder): Promise<void> => {
  await changeState(c, me, 'deactivated', 'leaving');
  const others = await administratorsOf(c, { except: me.id });
  await start(
    c,
    me,
    others.map(({ id }) => id),
  );
};

const start = async (c: Change, target: Holder, told: readonly string[]): Promise<void> => {
  const id = newId();
  await c.db.insert(offboardings).values({
    organizationId: c.organization.id,
    id,
    userId: target.id,
    openedBy: c.me?.id ?? null,
  });
  await revokeInvitationsOf(c, target);
  await cancelRequestsOf(c, target);
  c.audit({ action: 'offboarding.opened', target: target.email });
  const card = {
    notice: 'offboarding',
    data: { organizationId: c.organization.id, offboardingId: id },
    subjectId: id,
  };
  c.say(...(await directMessages(c.db, c.organization.id, told, card)));
};

/**
 * The last step, once nothing that they left behind works any more: the membership ends, or where operators finish
 * removals, they are asked to.
 */
export const finishOffboarding = async (
  ctx: Context,
  input: Input,
): Promise<{ email: string; asked: string | null }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'members:write', 'offboard members');
    const target = await findMember(c, input.person);
    const open = await needOffboarding(c, target);
    needStepsDone(open);
    if (!open.operatorsFinish) {
      await finishRemoval(c, target);
      return { email: target.email, asked: null };
    }
    if (open.asked) return { email: target.email, asked: open.asked };
    const { asked } = await askOperators(c, { kind: 'removal', beneficiary: target, reason: 'offboarding' });
    return { email: target.email, asked };
  });
