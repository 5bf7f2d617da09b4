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
 * Of an approval `d`: who invited its approver less than a day before, if they are the requester, or approve as well.
 * That may be one person's idea (abuse 9): it is shown and audited, and refused to nobody.
 */
export const newcomerInvitedBy = sql.raw(`(
  select (select email from users where id = i.inviter_id) from invitations i
  where i.organization_id = d.organization_id and i.state = 'accepted' and d.decision = 'approved'
    and i.email = (select email from users where id = d.user_id)
    and i.settled_at between d.at - interval '1 day' and d.at
    and (exists (select from requests r where r.organization_id = d.organization_id and r.id = d.request_id
        and i.inviter_id in (r.requester_id, r.beneficiary_id))
      or exists (select from decisions o where o.organization_id = d.organization_id and o.request_id = d.request_id
        and o.user_id = i.inviter_id and o.decision = 'approved' and o.content_hash = d.content_hash))
  order by i.settled_at desc limit 1)`);

/** The newcomers among those who approved what the request says now, for the audit. */
export const newcomersOf = async (s: Place, request: Request): Promise<string[]> =>
  rowsOf<{ invited: string; inviter: string | null }>(
    await s.db.execute(sql`
      select u.email as invited, ${newcomerInvitedBy} as inviter from decisions d join users u on u.id = d.user_id
      where d.organization_id = ${s.organization.id} and d.request_id = ${request.id}
        and d.content_hash = ${request.contentHash} order by d.at`),
  ).flatMap(({ invited, inviter }) => (inviter === null ? [] : [`${invited} was invited by ${inviter}`]));
