import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { isType, PROJECT_TYPE } from '../resource/type.ts';
import { type AskedResource, patternsAsked } from './asked.ts';
import { decide, type Question } from './decide.ts';
import { currentRoleId, grantIsLive } from './holder.ts';
import { OWN_PERMISSIONS } from './own.ts';
import { isAskable, lookedUp } from './target.ts';

interface Asking {
  organization: Question['organization'];
  asker?: string | undefined;
  limit: number;
  /** Where the page before ended: the `next` that it answered with. */
  after?: string | undefined;
}

export interface Found<T> {
  results: T[];
  next: string | undefined;
}

interface Entity {
  type: string;
  id: string;
}

const NONE = { results: [], next: undefined };
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Whoever can be asked about: by what they are ordered, and how they are named so that a decision finds them again. */
const SUBJECTS: Readonly<Record<string, { kind: string; key: SQL; id: SQL; from: SQL }>> = {
  // With an @ it would be taken for an address.
  user: {
    kind: 'member',
    key: sql`p.id`,
    id: sql`case when m.external_id like '%@%' then m.email else coalesce(m.external_id, m.email) end`,
    from: sql`principals p join members m on m.organization_id = p.organization_id and m.user_id = p.id`,
  },
  'service-account': {
    kind: 'service-account',
    key: sql`p.id`,
    id: sql`p.id::text`,
    from: sql`principals p join service_accounts a on a.organization_id = p.organization_id and a.id = p.id`,
  },
  token: {
    kind: '%',
    key: sql`k.id`,
    id: sql`k.id::text`,
    from: sql`tokens k join principals p on p.organization_id = k.organization_id and p.id = k.principal_id
      and k.state = 'active' and (k.expires_at is null or k.expires_at > clock_timestamp())`,
  },
};

const page = <T extends { key: string }, R>(rows: T[], limit: number, read: (row: T) => R): Found<R> => ({
  results: rows.slice(0, limit).map(read),
  next: rows.length > limit ? rows[limit - 1]?.key : undefined,
});

/** Whoever of a kind may do it: exactly those for whom `decide` says yes. */
export const searchSubjects = async (
  db: Db,
  asking: Asking & { subject: { type: string }; action: string; resource: AskedResource },
): Promise<Found<Entity>> => {
  const { organization, asker, resource, limit } = asking;
  const { type } = asking.subject;
  const subject = Object.hasOwn(SUBJECTS, type) ? SUBJECTS[type] : undefined;
  const patterns = patternsAsked(organization.model, asking.action, resource.type);
  const target = { organizationId: organization.id, asker, subject: { type, id: '' }, resource };
  if (!subject || !patterns || !isAskable(target)) return NONE;
  const rows = rowsOf<{ key: string; id: string }>(
    await db.execute(sql`
      with t as materialized (select * from ${lookedUp([{ ...target, patterns }])} t),
      matching as materialized (
        select r.id, r.permissions && t.plain as plain from t
        join roles r on r.organization_id = t.organization_id and r.permissions && t.own_too
        where t.known
      )
      select ${subject.key} as key, ${subject.id} as id
      from ${subject.from}
      cross join t
      left join matching role on role.id = ${currentRoleId}
      left join matching standard on standard.id = t.default_role_id and p.kind = 'member'
      left join lateral (
        select bool_or(matching.plain) as plain, count(*) > 0 as any from grants g
        join matching on matching.id = g.role_id
        where g.organization_id = t.organization_id and g.principal_id = p.id and g.project_id = t.project_id
          and ${grantIsLive}
      ) granted on true
      where p.organization_id = ${organization.id} and p.state = 'active' and p.kind like ${subject.kind}
        and ${subject.key} > ${asking.after ?? FIRST_ID}::uuid
        and (role.plain or standard.plain or granted.plain or ((t.owns or p.id = t.owner_id)
          and (role.id is not null or standard.id is not null or granted.any)))
      order by 1 limit ${limit + 1}`),
  );
  return page(rows, limit, ({ id }) => ({ type, id }));
};

/** The registered things of a type, or the projects, that somebody may do it with. */
export const searchResources = async (
  db: Db,
  asking: Asking & { subject: Entity; action: string; resource: { type: string } },
): Promise<Found<Entity>> => {
  const { organization, asker, subject, limit } = asking;
  const { type } = asking.resource;
  const patterns = patternsAsked(organization.model, asking.action, type);
  const target = { organizationId: organization.id, asker, subject, resource: { type, id: '' } };
  if (!patterns || !isAskable(target)) return NONE;
  const projects = type === PROJECT_TYPE;
  const things = projects
    ? sql`select pr.name, pr.id as project_id, t.owns as own from projects pr cross join t
        where pr.organization_id = ${organization.id}`
    : sql`select rs.name, rs.project_id, rs.owner_id = t.principal_id as own from resources rs cross join t
        where rs.organization_id = ${organization.id} and rs.type = ${type}`;
  const rows = rowsOf<{ key: string }>(
    await db.execute(sql`
      with t as materialized (
        select * from ${lookedUp([{ ...target, patterns }])} t where t.state = 'active'
      ),
      held as materialized (
        select null::uuid as project_id, r.permissions && t.plain as plain from t
          join roles r on r.organization_id = t.organization_id and r.id = t.role_id and r.permissions && t.own_too
        union all
        select g.project_id, r.permissions && t.plain from t
          join grants g on g.organization_id = t.organization_id and g.principal_id = t.principal_id and ${grantIsLive}
          join roles r on r.organization_id = t.organization_id and r.id = g.role_id and r.permissions && t.own_too
        union all
        select pr.id, r.permissions && t.plain from t
          join projects pr on pr.organization_id = t.organization_id and t.kind = 'member'
          join roles r on r.organization_id = t.organization_id and r.id = pr.default_role_id
            and r.permissions && t.own_too
      )
      select thing.name as key from (${things}) thing
      where thing.name > ${asking.after ?? ''}
        and (exists (select from held where project_id is null and plain)
          or thing.project_id in (select project_id from held where project_id is not null and plain)
          or (thing.own and (exists (select from held where project_id is null)
            or thing.project_id in (select project_id from held where project_id is not null))))
      order by 1 limit ${limit + 1}`),
  );
  return page(rows, limit, ({ key }) => ({ type, id: key }));
};

/** What somebody may do with a thing: names that a decision takes as its action. */
export const searchActions = async (
  db: Db,
  asking: Asking & { subject: Entity; resource: AskedResource },
): Promise<Found<{ name: string }>> => {
  const { organization, asker, subject, resource, limit, after = '' } = asking;
  const names = (await actionsOn(db, organization, resource.type)).filter((name) => name > after);
  const answers = await decide(
    db,
    names.map((action) => ({ organization, asker, subject, action, resource })),
  );
  const allowed = names.filter((_, index) => answers[index]?.allowed).map((key) => ({ key }));
  return page(allowed, limit, ({ key }) => ({ name: key }));
};

/** Every action that the organization can speak of for a type, in order. */
const actionsOn = async (
  db: Db,
  { id, model }: Question['organization'],
  type: string,
): Promise<string[]> => {
  if (!isType(type)) return [];
  const spoken =
    model.catalogue === 'open' ? await spokenOf(db, id) : model.catalogue.map(({ name }) => name);
  const listed = spoken.some((name) => name.startsWith(`${type}:`));
  const word = model.anyResource !== undefined && !listed ? model.anyResource : type;
  const names = [...spoken, ...OWN_PERMISSIONS].flatMap((name) => {
    if (model.opaque && model.catalogue !== 'open' && spoken.includes(name)) return [name];
    const [of = '', action = ''] = name.split(':');
    const here = of === word || of === type || (of === '*' && model.catalogue === 'open');
    return here && action !== '*' ? [action] : [];
  });
  return [...new Set(names)].sort();
};

/** In an open catalogue: what the organization's roles speak of. */
const spokenOf = async (db: Db, organizationId: string): Promise<string[]> =>
  rowsOf<{ name: string }>(
    await db.execute(
      sql`select distinct unnest(permissions) as name from roles where organization_id = ${organizationId}`,
    ),
  ).map(({ name }) => name);
