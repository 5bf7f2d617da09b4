import { transact } from '../core/change.ts';
import { DomainError, type ErrorCode } from '../core/errors.ts';
import { rehearse } from '../core/rehearse.ts';
import { accountOfRequester } from '../core/request/account.ts';
import { approveRequest, type Decided } from '../core/request/decide.ts';
import { noteFailure } from '../core/request/fail.ts';
import type { DecisionInput } from '../core/request/open-to-me.ts';
import { identify } from '../core/user/identify.ts';
import type { Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { carryOut } from './carry-out.ts';
import { chooseOrganization } from './choose-organization.ts';
import type { CommandContext, InOrganization } from './command.ts';
import { commandNamed } from './index.ts';
import { personOf } from './person-of.ts';
import { readArgs } from './read-args.ts';

type WaitingChange = NonNullable<Decided['change']>;

/** The approval was right, and the change could not be made: all of it is taken back, and then told. */
class NotCarriedOut extends Error {
  readonly refusal: DomainError;

  constructor(refusal: DomainError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** What is refused for want of rights, rather than because of the state of things. */
const RIGHTS: readonly ErrorCode[] = ['forbidden', 'not-given', 'not-member', 'deactivated'];

/**
 * Approves a request. The last approval of a change carries it out in the same transaction, one change after the other:
 * as its requester with their rights of this moment, and only if the approver could do it themselves.
 */
export const approve = async (
  ctx: InOrganization,
  input: Omit<DecisionInput, 'organizationId'>,
): Promise<Decided> => {
  const where = { ...input, organizationId: ctx.organization.id };
  try {
    return await transact(ctx, async (db) => {
      const inside = { ...ctx, db, interaction: undefined };
      const decided = await approveRequest(inside, { ...where, carriesOut: true });
      const { change } = decided;
      if (!change) return decided;
      if (!change.byOperator) await needRight(inside, decided.name, change);
      return decided.waiting
        ? decided
        : { ...decided, done: await carryOutChange(inside, decided.name, change) };
    });
  } catch (error) {
    if (!(error instanceof NotCarriedOut)) throw error;
    const { refusal } = error;
    await noteFailure(ctx, { ...where, why: refusal.message });
    throw new DomainError(
      'wrong-state',
      `${input.request} was not carried out: ${refusal.message} Nothing changed; the request is still open, and who asked was told.`,
      refusal.todo ? { todo: refusal.todo } : {},
    );
  }
};

const answerOf = async (ctx: CommandContext, organizationId: string, { command, args }: WaitingChange) => {
  const declared = commandNamed(command);
  const action = { command, args, confirmed: true };
  const read = declared && readArgs(declared, action);
  if (!declared || !read || !('values' in read)) {
    throw new DomainError('changed', `\`${command}\` no longer takes what was asked for.`);
  }
  const chosen = await chooseOrganization(ctx.db, ctx.caller, organizationId);
  if (!('organization' in chosen)) throw new Error('A named organization cannot be several');
  const inOne: InOrganization = { ...ctx, organization: chosen.organization };
  return carryOut(declared, inOne, action, read.values);
};

/** The approver could do it themselves, at this moment: it is done as they, and taken back. */
const needRight = async (ctx: InOrganization, name: string, change: WaitingChange): Promise<void> => {
  try {
    if (ctx.actor.kind !== 'account') throw new Error('Only a chat account approves');
    const actor = { ...ctx.actor, approved: { request: name, by: ctx.actor.email ?? '' } };
    await rehearse({ ...ctx, actor }, ctx.organization.id, (c) => answerOf(c, ctx.organization.id, change));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // What is wrong with the change itself is told once it is carried out.
    if (!RIGHTS.includes(error.code)) return;
    throw new DomainError(
      'forbidden',
      `You can't decide ${name}: you may not do it yourself. ${error.message}`,
      {
        todo: 'Leave it to those who may; nothing changed.',
      },
    );
  }
};

/** @returns what the command answered, in one line */
const carryOutChange = async (ctx: InOrganization, name: string, change: WaitingChange): Promise<string> => {
  try {
    const answer: Card | Form = await answerOf(
      await asRequester(ctx, name, change),
      ctx.organization.id,
      change,
    );
    return answer.title;
  } catch (error) {
    if (error instanceof DomainError) throw new NotCarriedOut(error);
    throw error;
  }
};

const asRequester = async (
  ctx: InOrganization,
  name: string,
  change: WaitingChange,
): Promise<CommandContext> => {
  const account = await accountOfRequester(ctx.db, change);
  if (!account) {
    throw new DomainError('not-linked', `${change.requester} has no chat account linked any more.`);
  }
  const { installation, db } = ctx;
  const caller = await identify(db, account, change.askedIn, installation.operators);
  const profile: CommandContext['profile'] = async () => ({ name: '' });
  const { organization: _, ...rest } = ctx;
  return {
    ...rest,
    caller,
    workspace: { id: change.askedIn, name: '' },
    channel: undefined,
    submitted: false,
    profile,
    personOf: (typed) => personOf(installation, { account, profile }, typed),
    actor: {
      kind: 'account',
      ...account,
      name: change.requester,
      userId: caller.userId,
      email: caller.email,
      operator: caller.operator,
      approved: { request: name, by: ctx.caller.email ?? '' },
    },
  };
};
