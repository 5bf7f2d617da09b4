import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { members, offboardings, principals } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { findMember, type Person } from './find.ts';

/** A removal in steps (CW-38), as it stands: what is left is read from what is still there. */
export interface Offboarding {
  id: string;
  email: string;
  /** Step 1: nothing that they could do works any more. */
  accountOff: boolean;
  /** Step 2: what they leave behind that still works, to be dealt with one by one. */
  tokens: { name: string; state: string }[];
  serviceAccounts: string[];
  /** Step 3: whether operators take the last step, and the request that asks them, if it is open. */
  operatorsFinish: boolean;
  asked: string | null;
  /** How it ended, once it has. */
  ended: 'removed' | 'reactivated' | undefined;
}

export const offboardingOf = async (s: Standing, target: Holder): Promise<Offboarding | undefined> => {
  const [open] = await s.db
    .select({ id: offboardings.id })
    .from(offboardings)
    .where(
      and(
        eq(offboardings.organizationId, s.organization.id),
        eq(offboardings.userId, target.id),
        isNull(offboardings.closedAt),
      ),
    );
  return open && stepsOf(s.db, s.organization, { id: open.id, closed: false }, target);
};

const stepsOf = async (
  db: Db,
  organization: Organization,
  run: { id: string; closed: boolean },
  target: { id: string; email: string; state: string },
): Promise<Offboarding> => {
  const here = organization.id;
  const tokens = rowsOf<{ name: string; state: string }>(
    await db.execute(sql`
      select name, state from tokens where organization_id = ${here} and member_id = ${target.id}
        and kind = 'organization' and state = 'active' and (expires_at is null or expires_at > clock_timestamp()) order by name`),
  );
  const accounts = rowsOf<{ name: string }>(
    await db.execute(sql`
      select sa.name from service_accounts sa
      join principals p on p.organization_id = sa.organization_id and p.id = sa.id and p.state = 'active'
      where sa.organization_id = ${here} and sa.responsible_id = ${target.id} order by sa.name`),
  );
  const [asked] = rowsOf<{ number: number }>(
    await db.execute(sql`
      select number from requests where organization_id = ${here} and beneficiary_id = ${target.id}
        and kind = 'removal' and state = 'pending' and expires_at > clock_timestamp()
      order by number desc limit 1`),
  );
  return {
    id: run.id,
    email: target.email,
    accountOff: target.state !== 'active',
    tokens,
    serviceAccounts: accounts.map((account) => account.name),
    operatorsFinish: organization.model.policies.removal === 'offboard',
    asked: asked ? `REQ-${asked.number}` : null,
    ended: run.closed ? (target.state === 'removed' ? 'removed' : 'reactivated') : undefined,
  };
};

/** For drawing cards: no rights are checked, the caller decides who sees the result. */
export const drawnOffboarding = async (
  db: Db,
  organization: Organization,
  id: string,
): Promise<Offboarding | undefined> => {
  const [row] = await db
    .select({
      closedAt: offboardings.closedAt,
      userId: offboardings.userId,
      email: members.email,
      state: principals.state,
    })
    .from(offboardings)
    .innerJoin(
      members,
      and(eq(members.organizationId, offboardings.organizationId), eq(members.userId, offboardings.userId)),
    )
    .innerJoin(
      principals,
      and(eq(principals.organizationId, offboardings.organizationId), eq(principals.id, offboardings.userId)),
    )
    .where(and(eq(offboardings.organizationId, organization.id), eq(offboardings.id, id)));
  if (!row) return undefined;
  const { userId, email, state, closedAt } = row;
  return stepsOf(db, organization, { id, closed: closedAt !== null }, { id: userId, email, state });
};

/** @throws DomainError `not-found` where none is open, `wrong-state` where it ended because they were reactivated */
export const needOffboarding = async (s: Standing, target: Holder): Promise<Offboarding> => {
  const open = await offboardingOf(s, target);
  if (open) return open;
  const closed = await s.db.$count(
    offboardings,
    and(eq(offboardings.organizationId, s.organization.id), eq(offboardings.userId, target.id)),
  );
  if (closed > 0 && target.state === 'active') {
    throw new DomainError(
      'wrong-state',
      `Nothing changed: ${target.email} was reactivated, which ended their offboarding.`,
      { todo: 'Start another one with `/org member offboard`.' },
    );
  }
  throw new DomainError('not-found', `There is no open offboarding of ${target.email}.`, {
    todo: 'Start one with `/org member offboard`.',
  });
};

/** The open offboarding of a member, or undefined, with the member. */
export const showOffboarding = async (
  ctx: Context,
  organization: Organization,
  person: Person,
): Promise<{ holder: Holder; offboarding: Offboarding | undefined }> =>
  look(ctx, organization, async (s) => {
    need(s, 'members:write', 'offboard members');
    const holder = await findMember(s, person);
    return { holder, offboarding: await offboardingOf(s, holder) };
  });

/** @throws DomainError `wrong-state` while the account or anything of theirs still works */
export const needStepsDone = (open: Offboarding): void => {
  const left = [...open.tokens.map((token) => token.name), ...open.serviceAccounts];
  if (open.accountOff && left.length === 0) return;
  throw new DomainError(
    'wrong-state',
    `${open.email} was not removed: ${open.accountOff ? `${left.join(', ')} still works` : 'the account is active again'}.`,
    { todo: 'Finish the steps before the last one first.' },
  );
};
