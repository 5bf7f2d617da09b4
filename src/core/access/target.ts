import { type SQL, sql } from 'drizzle-orm';
import { fixed } from '../../db/fixed.ts';
import { PROJECT_TYPE } from '../resource/type.ts';
import { type AskedResource, emailIn, isStorable, nameIn, type Patterns, uuidIn } from './asked.ts';
import { currentRoleId, grantIsLive } from './holder.ts';

/** One question, understood: whom and what it names, and the patterns that answer it. */
export interface Target {
  organizationId: string;
  /** The principal who asks: a token by its name alone means theirs first. */
  asker?: string | undefined;
  /** `user` by address or external id, `service-account` or `token` by id or name. */
  subject: { type: string; id: string };
  resource: AskedResource;
  patterns: Patterns;
}

/** Whether Postgres takes every word of it. */
export const isAskable = ({ subject, resource }: Pick<Target, 'subject' | 'resource'>): boolean =>
  [
    subject.type,
    subject.id,
    resource.type,
    resource.id,
    resource.organization,
    resource.project,
    resource.owner,
  ].every(isStorable);

const row = (target: Target, position: number) => {
  const { subject, resource, patterns } = target;
  const user = subject.type === 'user';
  const project = resource.type === PROJECT_TYPE;
  const inProject = project ? resource.id : resource.project;
  return {
    position,
    organization_id: target.organizationId,
    asker: target.asker,
    kind: subject.type,
    subject: user ? subject.id : nameIn(subject.id),
    email: user ? emailIn(subject.id) : null,
    subject_id: user ? null : uuidIn(subject.id),
    type: resource.type,
    resource: project ? null : resource.id,
    resource_id: project ? null : uuidIn(resource.id),
    project: nameIn(inProject),
    project_id: uuidIn(inProject),
    owner: resource.owner,
    owner_email: emailIn(resource.owner),
    organization: resource.organization,
    plain: patterns.plain,
    own_too: patterns.own,
    asked_as_own: patterns.askedAsOwn,
  } satisfies Record<string, unknown>;
};

/**
 * Questions as rows, whatever their number, in one parameter: the statement's text never changes, nor what Postgres
 * expects of it. Of arrays it would know the length, and plan anew for every batch.
 */
const askedRows = (targets: readonly Target[]): SQL =>
  sql`json_to_recordset(${JSON.stringify(targets.map(row))}::text::json) as q (position int, organization_id uuid, asker uuid, kind text,
    subject text, email text, subject_id uuid, type text, resource text, resource_id uuid, project text, project_id uuid,
    owner text, owner_email text, organization text, plain text[], own_too text[], asked_as_own boolean)`;

/** Its own state, or, where that is active, the state of the token that acts as it. */
const subject = sql`
  select p.id, p.kind, ${currentRoleId} as role_id, case when p.role_until > clock_timestamp() then p.role_until end as until,
    case when p.state = 'active' then found.state else p.state end as state
  from (
    select user_id as id, 'active' as state, 1 as rank from members
      where organization_id = q.organization_id and q.kind = 'user' and email = q.email
    union all
    select user_id, 'active', 2 from members
      where organization_id = q.organization_id and q.kind = 'user' and external_id = q.subject
    union all
    select id, 'active', 1 from service_accounts
      where organization_id = q.organization_id and q.kind = 'service-account' and id = q.subject_id
    union all
    select id, 'active', 2 from service_accounts
      where organization_id = q.organization_id and q.kind = 'service-account' and name = q.subject
    union all
    select t.principal_id, case when t.state = 'active' and t.expires_at <= clock_timestamp() then 'expired' else t.state end,
      case when t.principal_id = q.asker then 0 else 2 end
        + case when t.state = 'active' and (t.expires_at is null or t.expires_at > clock_timestamp()) then 0 else 1 end
      from tokens t
      where t.organization_id = q.organization_id and q.kind = 'token' and (t.id = q.subject_id
        or (t.name = q.subject and t.state <> 'revoked' and (t.principal_id = q.asker or t.kind = 'organization')))
  ) found
  join principals p on p.organization_id = q.organization_id and p.id = found.id
  order by found.rank limit 1`;

const registered = sql`
  select project_id, owner_id, true as is from (
    select project_id, owner_id, 1 as rank from resources
      where organization_id = q.organization_id and id = q.resource_id and type = q.type
    union all
    select project_id, owner_id, 2 from resources
      where organization_id = q.organization_id and type = q.type and name = q.resource
  ) named order by rank limit 1`;

const project = sql`
  select id, name, default_role_id from projects where organization_id = q.organization_id and id = rs.project_id
  union all
  select id, name, default_role_id from projects
    where organization_id = q.organization_id and rs.is is null and name = q.project
  union all
  select id, name, default_role_id from projects
    where organization_id = q.organization_id and rs.is is null and id = q.project_id`;

const statedOwner = sql`
  select id from (
    select user_id as id, 1 as rank from members
      where organization_id = q.organization_id and rs.is is null and email = q.owner_email
    union all
    select user_id, 2 from members
      where organization_id = q.organization_id and rs.is is null and external_id = q.owner
  ) owners order by rank limit 1`;

const columns = fixed(sql`
  q.position, q.organization_id, q.plain, q.own_too, q.type,
  s.id as principal_id, s.kind, s.role_id, s.until, s.state,
  pr.id as project_id, pr.name as project, pr.default_role_id,
  coalesce(rs.owner_id, o.id) as owner_id,
  case when rs.is is null and q.owner is null then q.asked_as_own else coalesce(coalesce(rs.owner_id, o.id) = s.id, false) end as owns,
  rs.is is not null or (
    (pr.id is not null or (q.project is null and q.project_id is null))
    and (q.organization is null or exists (select from organizations og where og.id = q.organization_id
      and q.organization in (og.slug, og.id::text)))) as known`);

const joins = fixed(sql`
  left join lateral (${subject}) s on true
  left join lateral (${registered}) rs on true
  left join lateral (${project}) pr on true
  left join lateral (${statedOwner}) o on true
  offset 0`);

/**
 * The questions with what they name, looked up: `t`. The stored values of a registered thing always win; of another
 * one the stated project has to be there, and a stated organization has to be this one.
 */
export const lookedUp = (targets: readonly Target[]): SQL =>
  sql`(select ${columns} from ${askedRows(targets)} ${joins})`;

/** What the subject of `t` holds there at this moment, and how it came by it (rules 1 to 4). */
export const heldThere: SQL = fixed(sql`
  select 1 as rank, r.name as role, r.permissions, 'organization-role' as through, null as project, t.until,
    null::uuid as request_id, null::uuid as granted_by,
    null::uuid as role_id
    from roles r where r.organization_id = t.organization_id and r.id = t.role_id
  union all
  select 2, r.name, r.permissions, 'grant', t.project, g.expires_at, g.request_id, g.granted_by, g.role_id
    from grants g
    join roles r on r.organization_id = g.organization_id and r.id = g.role_id
    where g.organization_id = t.organization_id and g.principal_id = t.principal_id and g.project_id = t.project_id
      and ${grantIsLive}
  union all
  select 3, r.name, r.permissions, 'default-role', t.project, null, null, null, null
    from roles r
    where r.organization_id = t.organization_id and t.kind = 'member' and r.id = t.default_role_id
  offset 0`);
