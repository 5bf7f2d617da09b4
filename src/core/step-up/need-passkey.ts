import type { Change } from '../change.ts';
import { DomainError } from '../errors.ts';
import type { Settings } from '../organization/settings.ts';
import { anyPasskey } from '../passkey/find.ts';
import { contentOf, type Request, requestName } from '../request/find.ts';
import { isHighRisk } from './high-risk.ts';
import { type Proof, type Subject, spendProof, type UsedPasskey } from './spend.ts';

/**
 * A request, as whoever approves it confirms it. How many others have approved is no part of it: an approval says the
 * same whether it is the first or the last.
 */
export const approvalOf = (request: Request): Subject => ({
  action: 'request.approve',
  id: request.id,
  content: contentOf(request),
  name: requestName(request),
});

/**
 * The passkey that this approval was confirmed with; undefined where it needs none.
 * @throws DomainError `step-up` where it has to be confirmed first, `no-passkey` where the actor has none to do it with
 */
export const needPasskey = async (
  c: Change,
  request: Request,
  policy: Settings,
  proof: Proof | undefined,
): Promise<UsedPasskey | undefined> => {
  if (proof) return spendProof(c, approvalOf(request), proof);
  if (!isHighRisk(policy, request)) return undefined;
  const { actor } = c.ctx;
  const name = requestName(request);
  if (actor.kind === 'account' && actor.userId && (await anyPasskey(c.db, [actor.userId]))) {
    throw new DomainError('step-up', `${name} has to be confirmed with a passkey.`, {
      facts: { request: name },
    });
  }
  throw new DomainError(
    'no-passkey',
    `${name} was not approved: \`${request.roleName}\` is a high-risk role in ${c.organization.name}, and approving it takes a passkey. You have none yet.`,
    { todo: 'Add one; it takes a minute. Then press Approve again.', facts: { request: name } },
  );
};
