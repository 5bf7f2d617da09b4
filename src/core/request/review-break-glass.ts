import { and, eq, isNull, sql } from 'drizzle-orm';
import { decisions, requests } from '../../db/schema/index.ts';
import { activeMember, type Change } from '../change.ts';
import { DomainError } from '../errors.ts';
import { directMessages, redraw } from '../message.ts';
import { loadPolicies } from '../organization/policy.ts';
import { matterOf, mayDecide, personOfUser } from './deciders.ts';
import { findRequest, type Request, requestName, requestState, unknownRequest } from './find.ts';
import { roleOf } from './open-to-me.ts';
import { takeBack } from './take-back.ts';

/** What became of a look at what was taken. */
export interface ReviewedBreakGlass {
  request: Request;
  taker: string;
  /** Not justified, and it still gave something: that has ended. */
  ended: boolean;
}

/**
 * Somebody else who could have approved it says whether it was justified. What was not, and still lasts, ends at once.
 * @returns undefined for any other request
 */
export const reviewBreakGlass = async (
  c: Change,
  input: { request: string; reason?: string | undefined },
  verdict: 'justified' | 'not-justified',
): Promise<ReviewedBreakGlass | undefined> => {
  const request = await findRequest(c, input.request);
  if (request.kind !== 'break-glass') return undefined;
  const asOperator = c.operator && request.toOperators;
  const me = asOperator ? c.me : activeMember(c);
  const userId = c.ctx.actor.kind === 'account' ? c.ctx.actor.userId : undefined;
  if (userId === undefined) throw unknownRequest(c, input.request);
  if ((await personOfUser(c, userId)).has(request.requesterId)) {
    throw new DomainError('own-request', `You can't review ${requestName(request)}: you took it yourself.`, {
      todo: 'Somebody else who could have approved it has it in front of them.',
    });
  }
  const matter = matterOf(request, await roleOf(c, request), await loadPolicies(c.db, c.organization.id));
  if (!asOperator && !(me && mayDecide(c, me, matter))) {
    throw new DomainError(
      'forbidden',
      `You can't review ${requestName(request)}: you may not give ${request.roleName} there.`,
      {
        todo: 'Leave it to those who may; nothing changed.',
      },
    );
  }
  const reason = input.reason?.trim() ?? '';
  const reviewed = await c.db
    .update(requests)
    .set({ reviewedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.id, request.id),
        isNull(requests.reviewedAt),
      ),
    )
    .returning({ id: requests.id });
  if (reviewed.length === 0) {
    throw new DomainError(
      'wrong-state',
      `${requestName(request)} was reviewed already. Your click changed nothing.`,
      {
        facts: { request: requestName(request) },
      },
    );
  }
  if (verdict === 'not-justified' && reason === '') {
    throw new DomainError(
      'invalid',
      `${requestName(request)} was not reviewed: say why it was not justified.`,
      {
        todo: 'Write a sentence; who took it reads it.',
        field: 'reason',
      },
    );
  }
  await c.db.insert(decisions).values({
    organizationId: c.organization.id,
    requestId: request.id,
    userId,
    decision: verdict,
    reason,
    contentHash: request.contentHash,
  });
  const ended = verdict === 'not-justified' && requestState(request, c.now) === 'approved';
  if (ended) await takeBack(c, request, 'ended');
  c.audit({
    action: 'break-glass.reviewed',
    target: requestName(request),
    reason,
    facts: { justified: verdict === 'justified', ended },
  });
  c.enqueue(...(await redraw(c.db, request.id)));
  c.say(
    ...(await directMessages(
      c.db,
      c.organization.id,
      [request.requesterId],
      {
        notice: 'break-glass-reviewed',
        data: {
          request: requestName(request),
          by: c.me?.email,
          justified: verdict === 'justified',
          reason,
          ended,
        },
      },
      { platform: request.askedOn, workspaceId: request.askedIn },
    )),
  );
  return { request, taker: request.requesterId, ended };
};
