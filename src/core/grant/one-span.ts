import { and, eq, or, sql } from 'drizzle-orm';
import { grants, requests } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { requestName } from '../request/find.ts';
import { keyOf } from './bar.ts';

export interface Span {
  from: Date;
  /** Null: without an end. */
  until: Date | null;
}

/** The time that a request is for, if it is approved now. */
export const spanOf = (asked: { startsAt: Date | null; seconds: number | null }, now: Date): Span => {
  const from = asked.startsAt && asked.startsAt > now ? asked.startsAt : now;
  return { from, until: asked.seconds === null ? null : new Date(from.getTime() + asked.seconds * 1000) };
};

/**
 * A role in a project is held once, for one span of time. What is asked for has to touch what is held, or there would
 * be access in between that nobody approved; and what was approved for later is not lost to something shorter.
 * @throws DomainError `wrong-state`, which begins with `refused`
 */
export const needOneSpan = async (
  s: Standing,
  key: { principalId: string; projectId: string; roleId: string },
  { from, until }: Span,
  refused: string,
): Promise<void> => {
  const [held] = await s.db
    .select({
      startsAt: grants.startsAt,
      expiresAt: grants.expiresAt,
      ahead: sql<boolean>`coalesce(${grants.startsAt} > clock_timestamp(), false)`,
      number: requests.number,
    })
    .from(grants)
    .leftJoin(
      requests,
      and(eq(requests.organizationId, grants.organizationId), eq(requests.id, grants.requestId)),
    )
    .where(
      and(
        keyOf(s, key),
        or(sql`${grants.expiresAt} is null`, sql`${grants.expiresAt} > clock_timestamp()`),
        or(sql`not ${grants.barred}`, sql`${grants.startsAt} > clock_timestamp()`),
      ),
    );
  if (!held) return;
  const by = held.number === null ? '' : `, by ${requestName({ number: held.number })}`;
  if (!held.ahead) {
    if (held.expiresAt === null || from <= held.expiresAt) return;
    throw new DomainError(
      'wrong-state',
      `${refused}: that role is held already and ends before that start${by}.`,
      {
        todo: 'Name a start that is no later than that end, or ask once it is over.',
        field: 'from',
      },
    );
  }
  const first = held.startsAt !== null && from <= held.startsAt;
  const last = until === null || (held.expiresAt !== null && until >= held.expiresAt);
  if (first && last) return;
  throw new DomainError('wrong-state', `${refused}: that role is given for a later time already${by}.`, {
    todo: 'Ask for a time that has all of it within, or give that back first with `/access return`.',
    field: 'for',
  });
};
