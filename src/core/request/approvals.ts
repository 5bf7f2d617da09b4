import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { decisions } from '../../db/schema/index.ts';
import { loadHolders } from '../access/holder.ts';
import { isHighRisk } from '../step-up/high-risk.ts';
import { approvalsNeeded, type Matter, mayDecide, type Place, personOfUser } from './deciders.ts';
import type { Request } from './find.ts';

export interface Approval {
  userId: string;
  by: string;
  at: Date;
}

/** The approvals of a pending request as they stand at this moment. */
export interface Approvals {
  required: number;
  counted: Approval[];
  /** Whose approval no longer counts: they may not decide any more, or it takes a passkey by now and theirs had none. */
  lost: Approval[];
  /** Whose approval was for what the request said before it was changed. */
  outdated: Approval[];
}

export const approvalsOf = async (s: Place, request: Request, matter: Matter): Promise<Approvals> => {
  const rows = await s.db
    .select({
      userId: decisions.userId,
      at: decisions.at,
      contentHash: decisions.contentHash,
      passkey: decisions.passkey,
      by: sql<string>`(select email from users u where u.id = ${decisions.userId})`,
    })
    .from(decisions)
    .where(
      and(
        eq(decisions.organizationId, s.organization.id),
        eq(decisions.requestId, request.id),
        eq(decisions.decision, 'approved'),
      ),
    )
    .orderBy(decisions.at);
  const [current, outdated] = [
    rows.filter((row) => row.contentHash === request.contentHash),
    rows.filter((row) => row.contentHash !== request.contentHash),
  ];
  const ids = current.map((row) => row.userId);
  const { holders } = ids.length > 0 ? await loadHolders(s.db, s.organization.id, { ids }) : { holders: [] };
  const may = new Set(holders.filter((holder) => mayDecide(s, holder, matter)).map(({ id }) => id));
  const takesPasskey = current.length > 0 && isHighRisk(matter.policy, request);
  const counted: Approval[] = [];
  const lost: Approval[] = [];
  const persons = new Set<string>();
  for (const row of current) {
    // Two accounts that have become one person's since count once.
    const confirmed = !takesPasskey || row.passkey !== null;
    const counts = may.has(row.userId) && confirmed && !persons.has(row.userId);
    (counts ? counted : lost).push(row);
    if (counts && current.length > 1) for (const id of await personOfUser(s, row.userId)) persons.add(id);
  }
  return { required: approvalsNeeded(matter), counted, lost, outdated };
};

/**
 * Pairs of these people of whom one invited the other within a day: two approvals that may be one person's idea
 * (abuse 9). Written into the audit, refused by nobody.
 */
export const invitedToday = async (s: Place, userIds: readonly string[]): Promise<string[]> =>
  rowsOf<{ invited: string; inviter: string }>(
    await s.db.execute(sql`
      select i.email as invited, u.email as inviter
      from invitations i
      join users u on u.id = i.inviter_id
      join users g on g.email = i.email
      where i.organization_id = ${s.organization.id} and i.state = 'accepted'
        and i.settled_at > clock_timestamp() - interval '1 day'
        and i.inviter_id = any(${sql.param([...userIds])}::uuid[]) and g.id = any(${sql.param([...userIds])}::uuid[])
      order by i.settled_at`),
  ).map(({ invited, inviter }) => `${invited} was invited by ${inviter}`);
