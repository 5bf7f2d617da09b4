import { and, eq, sql } from 'drizzle-orm';
import { decisions, requests, users } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needToNameAdministrators } from '../member/principal.ts';
import { redraw } from '../message.ts';
import { needPasskey } from '../step-up/need-passkey.ts';
import type { UsedPasskey } from '../step-up/spend.ts';
import { applyRequest } from './apply.ts';
import { approvalsOf, newcomersOf } from './approvals.ts';
import { type Request, requestName } from './find.ts';
import { changed, type DecisionInput, type OpenToMe, openToMe } from './open-to-me.ts';
import { type ReviewedBreakGlass, reviewBreakGlass } from './review-break-glass.ts';
import { tellRequester } from './tell-requester.ts';

export interface Decided {
  id: string;
  name: string;
  kind: string;
  /** Who gets it. */
  requester: string;
  role: string;
  project: string | null;
  until: Date | null;
  /** A time was asked for, and the access is held without an end already. */
  lastsAlready: boolean;
  /** What is to be carried out now, as who asked for it; `byOperator`: an operator decided. */
  change?: {
    command: string;
    args: Record<string, string>;
    requester: string;
    requesterId: string;
    askedOn: string;
    askedIn: string;
    byOperator: boolean;
  };
  /** What carrying it out answered, in one line. */
  done?: string;
  /** Nothing is given yet: so many of the approvals that it takes are there. */
  waiting?: { given: number; required: number };
}

/**
 * Approves, and with the last approval that it takes applies in the same transaction: everything is checked against the
 * database of this moment, the earlier approvers' right to decide as well.
 */
export const approveRequest = async (
  ctx: Context,
  input: DecisionInput & {
    /** The caller carries out an approved change in the same transaction. */ carriesOut?: true;
  },
): Promise<Decided> =>
  change(ctx, input.organizationId, async (c) => {
    const reviewed = await reviewBreakGlass(c, input, 'justified');
    if (reviewed) return asDecided(reviewed);
    const open = await openToMe(c, input);
    const { request, role, beneficiary } = open;
    if (request.kind === 'change' && !input.carriesOut) throw new Error('Nobody would carry out the change');
    if (beneficiary.state !== 'active' && !['removal', 'change'].includes(request.kind)) {
      throw new DomainError(
        'wrong-state',
        `${requestName(request)} was not approved: ${beneficiary.email} is ${beneficiary.state}.`,
        { todo: 'Reactivate them first, or deny the request.' },
      );
    }
    if (request.roleVersion !== (role?.version ?? 0)) throw roleEdited(request);
    if (role) needToNameAdministrators(c, role);
    const { waiting, approvers, passkey } = await giveApproval(c, open, input);
    const toCarryOut = await changeOf(c, open);
    if (waiting) {
      return { ...decided(request, beneficiary, null), ...toCarryOut, lastsAlready: false, waiting };
    }
    await settle(c, request, 'approved', input.reason ?? '', approvers, passkey);
    const until = await applyRequest(c, request, role, beneficiary);
    await c.db
      .update(requests)
      .set({ accessEndsAt: until })
      .where(and(eq(requests.organizationId, c.organization.id), eq(requests.id, request.id)));
    await tellRequester(c, request);
    return { ...decided(request, beneficiary, until), ...toCarryOut };
  });

/** Who asked meant the role as it was, and has to say that they want it as it is. */
const roleEdited = (request: Request): DomainError =>
  new DomainError(
    'changed',
    `${requestName(request)} was not approved: the role ${request.roleName} has been edited since it was asked for.`,
    {
      todo: 'Who asked can ask for it as it is now, with Change on their request; or deny it.',
      facts: { request: requestName(request) },
    },
  );

const changeOf = async (c: Change, { request, asOperator }: OpenToMe): Promise<Pick<Decided, 'change'>> => {
  const { change: stored, requesterId, askedOn, askedIn } = request;
  if (!stored) return {};
  const [requester] = await c.db.select({ email: users.email }).from(users).where(eq(users.id, requesterId));
  return {
    change: {
      command: stored.command,
      args: stored.args,
      requester: requester?.email ?? '',
      requesterId,
      askedOn,
      askedIn,
      byOperator: asOperator,
    },
  };
};

/** Denies, with a reason for the requester; one denial is enough, whoever has approved before. */
export const denyRequest = async (ctx: Context, input: DecisionInput): Promise<Decided> =>
  change(ctx, input.organizationId, async (c) => {
    const reviewed = await reviewBreakGlass(c, input, 'not-justified');
    if (reviewed) return asDecided(reviewed);
    const open = await openToMe(c, input);
    const { request, beneficiary } = open;
    if (!input.reason?.trim()) {
      throw new DomainError('invalid', `${requestName(request)} was not denied: a denial needs a reason.`, {
        todo: 'Say why; the requester reads it.',
        field: 'reason',
      });
    }
    await record(c, open, 'denied', input.reason);
    await settle(c, request, 'denied', input.reason);
    await tellRequester(c, request);
    return { ...decided(request, beneficiary, null), lastsAlready: false };
  });

const decided = (request: Request, beneficiary: Holder, until: Date | null): Decided => ({
  id: request.id,
  name: requestName(request),
  kind: request.kind,
  requester: beneficiary.email,
  role: request.roleName,
  project: request.projectName,
  until,
  lastsAlready: request.state === 'pending' && until === null && request.seconds !== null,
});

const asDecided = ({ request, ended }: ReviewedBreakGlass): Decided => ({
  id: request.id,
  name: requestName(request),
  kind: request.kind,
  requester: '',
  role: request.roleName,
  project: request.projectName,
  until: null,
  lastsAlready: false,
  ...(ended ? { done: 'What it still gave has ended' } : {}),
});

interface Given {
  waiting?: { given: number; required: number };
  approvers: string[];
  passkey: UsedPasskey | undefined;
}

/** The passkey as the audit names it: never anything of its key. */
const confirmedWith = (passkey: UsedPasskey | undefined): Record<string, string> =>
  passkey ? { passkey: passkey.name, passkeyId: passkey.id } : {};

/** Counts the actor's approval beside those that still count. An operator's completes it: they stand in for who is missing. */
const giveApproval = async (
  c: Change,
  open: OpenToMe,
  { reason = '', proof }: DecisionInput,
): Promise<Given> => {
  const { request, matter, person, deciderId, asOperator } = open;
  const { required, counted } = await approvalsOf(c, request, matter);
  const others = counted.filter((approval) => !person.has(approval.userId));
  const given = others.length + 1;
  const enough = asOperator || given >= required;
  if (others.length < counted.length && !enough) {
    throw new DomainError(
      'wrong-state',
      `${requestName(request)} has your approval already: ${given} of ${required}. Your click changed nothing.`,
      { todo: 'Somebody else has to approve as well.', facts: { request: requestName(request) } },
    );
  }
  const passkey = await needPasskey(c, request, matter.policy, proof);
  await record(c, open, 'approved', reason, passkey);
  const approvers = [...others.map(({ userId }) => userId), deciderId];
  if (enough) return { approvers, passkey };
  c.audit({
    action: 'approval.given',
    target: requestName(request),
    reason,
    facts: {
      role: request.roleName,
      project: request.projectName,
      approvals: given,
      required,
      ...confirmedWith(passkey),
    },
  });
  c.enqueue(...(await redraw(c.db, request.id)));
  return { waiting: { given, required }, approvers, passkey };
};

/** The last word of this person: an approver may still deny, and approves anew what has changed since. */
const record = async (
  c: Change,
  { request, deciderId }: OpenToMe,
  decision: 'approved' | 'denied',
  reason: string,
  passkey?: UsedPasskey,
): Promise<void> => {
  const confirmed = { passkey: passkey?.name ?? null, passkeyAddedAt: passkey?.addedAt ?? null };
  const said = { decision, reason, contentHash: request.contentHash, ...confirmed };
  await c.db
    .insert(decisions)
    .values({ organizationId: c.organization.id, requestId: request.id, userId: deciderId, ...said })
    .onConflictDoUpdate({
      target: [decisions.organizationId, decisions.requestId, decisions.userId],
      set: { ...said, at: sql`clock_timestamp()` },
    });
};

const settle = async (
  c: Change,
  request: Request,
  decision: 'approved' | 'denied',
  reason: string,
  approvers: readonly string[] = [],
  passkey?: UsedPasskey,
): Promise<void> => {
  const settled = await c.db
    .update(requests)
    .set({ state: decision, settledAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.id, request.id),
        eq(requests.state, 'pending'),
        eq(requests.contentHash, request.contentHash),
        sql`${requests.expiresAt} > clock_timestamp()`,
      ),
    )
    .returning({ id: requests.id });
  if (settled.length === 0) throw changed(request);
  const newcomers = decision === 'approved' ? await newcomersOf(c, request) : [];
  c.audit({
    action: decision === 'approved' ? 'request.approved' : 'request.denied',
    target: requestName(request),
    reason,
    facts: {
      role: request.roleName,
      project: request.projectName,
      ...(approvers.length > 1 ? { approvals: approvers.length } : {}),
      ...(newcomers.length > 0 ? { flagged: newcomers } : {}),
      ...confirmedWith(passkey),
    },
  });
  c.enqueue(...(await redraw(c.db, request.id)));
};
