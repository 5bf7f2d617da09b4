import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { currentRoleId, grantIsLive } from '../access/holder.ts';
import type { Organization } from '../organization/organization.ts';

export interface Scope {
  organization: Organization;
  project: { id: string; name: string } | undefined;
}

/**
 * The access that a review asks about: every live grant of a member, and the organization roles above the one that every
 * member has anyway. Default roles are nobody's own, and what operators alone give and take is theirs.
 */
const access = ({ organization, project }: Scope) => {
  const { model, id } = organization;
  const notAsked = [
    ...(model.policies.invitation.defaultRole ? [model.policies.invitation.defaultRole] : []),
    ...model.roles
      .filter((role) => role.scope === 'organization' && role.namedByOperators)
      .map(({ name }) => name),
  ];
  return sql`
    select m.user_id, m.email, r.id as role_id, r.name as role_name, pr.id as project_id, pr.name as project_name,
      g.created_at as granted_at, by.email as granted_by, rq.number as request, g.expires_at, g.last_used_at
    from grants g
    join principals p on p.organization_id = g.organization_id and p.id = g.principal_id and p.kind = 'member'
      and p.state = 'active'
    join members m on m.organization_id = p.organization_id and m.user_id = p.id
    join roles r on r.organization_id = g.organization_id and r.id = g.role_id
    join projects pr on pr.organization_id = g.organization_id and pr.id = g.project_id
    left join members by on by.organization_id = g.organization_id and by.user_id = g.granted_by
    left join requests rq on rq.organization_id = g.organization_id and rq.id = g.request_id
    where g.organization_id = ${id} and ${grantIsLive} and (${project?.id ?? null}::uuid is null
      or g.project_id = ${project?.id ?? null}::uuid)
    union all
    select m.user_id, m.email, r.id, r.name, null, null, coalesce(said.at, m.joined_at), said.actor, null,
      case when p.role_until > clock_timestamp() then p.role_until end, p.last_used_at
    from principals p
    join members m on m.organization_id = p.organization_id and m.user_id = p.id
    join roles r on r.organization_id = p.organization_id and r.id = ${currentRoleId}
    left join lateral (select a.at, a.actor from audit a
      where a.organization_id = p.organization_id and a.target = m.email and a.action = 'member.role-changed'
      order by a.sequence desc limit 1) said on true
    where p.organization_id = ${id} and p.kind = 'member' and p.state = 'active' and ${project?.id ?? null}::uuid is null
      and r.name <> all(${sql.param(notAsked)}::text[])`;
};

export interface Asked {
  accesses: number;
  people: number;
  /** Accesses that end by themselves before the review does, which nobody has to answer for. */
  ending: number;
}

const endsBefore = (endsAt: Date) => sql`coalesce(expires_at <= ${endsAt.toISOString()}::timestamptz, false)`;

/** How much a review that ends then would ask, without asking it. */
export const countAccess = async (db: Db, scope: Scope, endsAt: Date): Promise<Asked> => {
  const [row] = rowsOf<Asked & Record<string, unknown>>(
    await db.execute(sql`
      select count(*) filter (where not ending)::int as accesses,
        count(distinct user_id) filter (where not ending)::int as people, count(*) filter (where ending)::int as ending
      from (select user_id, ${endsBefore(endsAt)} as ending from (${access(scope)}) found) found`),
  );
  return row ?? { accesses: 0, people: 0, ending: 0 };
};

/** Writes down what is asked, with the evidence of this moment; and what ends before the review does, for the evidence. */
export const collectAccess = async (
  db: Db,
  review: { id: string; endsAt: Date },
  scope: Scope,
): Promise<void> => {
  await db.execute(sql`
    insert into review_items (organization_id, review_id, number, user_id, email, role_id, role_name, project_id,
      project_name, granted_at, granted_by, request, expires_at, last_used_at, state)
    select ${scope.organization.id}::uuid, ${review.id}::uuid,
      row_number() over (order by project_name nulls first, email collate "C", role_name collate "C")::int,
      user_id, email, role_id, role_name, project_id, project_name, granted_at, granted_by,
      case when request is not null then 'REQ-' || request end, expires_at, last_used_at,
      case when ${endsBefore(review.endsAt)} then 'not-asked' else 'open' end
    from (${access(scope)}) found`);
};
