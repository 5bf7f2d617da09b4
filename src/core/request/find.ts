import { and, eq } from 'drizzle-orm';
import { requests, type StoredChange } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { isId } from '../id.ts';
import { sha256 } from '../secret.ts';

export type Request = typeof requests.$inferSelect;
export type RequestState = 'pending' | 'approved' | 'denied' | 'cancelled' | 'expired' | 'returned' | 'ended';

export const requestName = (request: { number: number }): string => `REQ-${request.number}`;

/** Who asks and who gets it: neither decides. */
export const partiesOf = (request: Pick<Request, 'requesterId' | 'beneficiaryId'>): string[] => [
  request.requesterId,
  request.beneficiaryId,
];

/** The state as it is now: a pending one past its time has expired, an approved one past its end has ended (rule 4). */
export const requestState = (
  request: Pick<Request, 'state' | 'expiresAt' | 'accessEndsAt'>,
  now: Date,
): RequestState => {
  if (request.state === 'pending' && request.expiresAt <= now) return 'expired';
  if (request.state === 'approved' && request.accessEndsAt && request.accessEndsAt <= now) return 'ended';
  return request.state as RequestState;
};

/** `REQ-7`, `req-7`, `7` or its id. @throws DomainError `not-found`, the same for another organization's and for none */
export const findRequest = async (s: Standing, name: string): Promise<Request> => {
  const number = /^(?:req-?)?(\d{1,9})$/i.exec(name.trim())?.[1];
  const named = number === undefined ? eq(requests.id, name) : eq(requests.number, Number(number));
  const [request] =
    number === undefined && !isId(name)
      ? []
      : await s.db
          .select()
          .from(requests)
          .where(and(eq(requests.organizationId, s.organization.id), named));
  if (request) return request;
  throw unknownRequest(s, name);
};

export const unknownRequest = (s: Standing, name: string): DomainError =>
  new DomainError('not-found', `There is no request ${name.slice(0, 40)} in ${s.organization.name}.`, {
    todo: 'See the ones that concern you with `/access request list`.',
    field: 'request',
  });

type Content = Pick<
  Request,
  'requesterId' | 'beneficiaryId' | 'roleId' | 'roleVersion' | 'projectId' | 'startsAt' | 'seconds' | 'reason'
> & { change?: StoredChange | null };

/** All of a request that its requester can change, and what it asks for. */
export const contentOf = (content: Content): string =>
  JSON.stringify([
    content.requesterId,
    content.beneficiaryId,
    content.roleId,
    content.roleVersion,
    content.projectId,
    content.startsAt?.toISOString() ?? null,
    content.seconds,
    content.reason,
    ...(content.change ? [content.change] : []),
  ]);

/** What a card showed: a button carries it, and the decision refuses when the request has changed since. */
export const contentHash = (content: Content): string => sha256(contentOf(content)).slice(0, 16);
