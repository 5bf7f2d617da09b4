import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { missingToGive } from '../access/cover.ts';
import { type Holder, permissionsAt, rolesAt } from '../access/evaluate.ts';
import { loadHolders } from '../access/holder.ts';
import type { AccessModel } from '../access/model.ts';
import { type Change, missingFor, type Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import type { Role } from './find.ts';

/** Where a role is held or given at this moment. */
export interface RoleUse {
  /** How often it is held: as organization role (now or as the one that comes back), or in one project. */
  held: number;
  /** The first of these. */
  holders: { who: string; project: string | null }[];
  /** Projects where it is everybody's default role. */
  defaultIn: string[];
  /** Invitations that would give it. */
  invitations: number;
  /** The projects in which it is held or would be given, by invitations that can be sent again too. */
  projects: { id: string; name: string }[];
}

const SHOWN = 10;

export const useOf = async (s: Standing, role: Pick<Role, 'id'>): Promise<RoleUse> => {
  const here = s.organization.id;
  const [row] = rowsOf<{
    held: number | string;
    holders: RoleUse['holders'] | null;
    projects: RoleUse['projects'] | null;
    defaults: string[] | null;
    invitations: number | string;
  }>(
    await s.db.execute(sql`
      with holding as (
        select p.id, p.kind, null::uuid as project_id from principals p
          where p.organization_id = ${here} and (p.role_id = ${role.id} or p.role_after_id = ${role.id})
        union all
        select p.id, p.kind, g.project_id from grants g
          join principals p on p.organization_id = g.organization_id and p.id = g.principal_id
          where g.organization_id = ${here} and g.role_id = ${role.id}
      ), giving as (
        select i.id, i.state, ip.project_id from invitations i
          left join invitation_projects ip on ip.organization_id = i.organization_id and ip.invitation_id = i.id
            and ip.role_id = ${role.id}
          where i.organization_id = ${here} and i.state in ('pending', 'expired')
            and (i.role_id = ${role.id} or ip.role_id is not null)
      ), named as (
        select coalesce(m.email, h.kind || ' ' || coalesce(sa.name, t.name), h.kind) as who, pr.name as project
          from holding h
          left join members m on m.organization_id = ${here} and m.user_id = h.id
          left join service_accounts sa on sa.organization_id = ${here} and sa.id = h.id
          left join lateral (select name from tokens where organization_id = ${here} and principal_id = h.id
            and h.kind = 'token' and state <> 'revoked' limit 1) t on true
          left join projects pr on pr.organization_id = ${here} and pr.id = h.project_id
          order by 1, 2 limit ${SHOWN}
      ), everywhere as (
        select pr.id, pr.name, pr.default_role_id is not distinct from ${role.id} as by_default from projects pr
          where pr.organization_id = ${here} and (pr.default_role_id = ${role.id}
            or pr.id in (select project_id from holding) or pr.id in (select project_id from giving))
      )
      select (select count(*) from holding) as held,
        (select json_agg(json_build_object('who', who, 'project', project)) from named) as holders,
        (select json_agg(json_build_object('id', id, 'name', name) order by name) from everywhere) as projects,
        (select json_agg(name order by name) from everywhere where by_default) as defaults,
        (select count(distinct id) from giving where state = 'pending') as invitations`),
  );
  return {
    held: Number(row?.held ?? 0),
    holders: row?.holders ?? [],
    projects: row?.projects ?? [],
    defaultIn: row?.defaults ?? [],
    invitations: Number(row?.invitations ?? 0),
  };
};

export const isUsed = (use: RoleUse): boolean =>
  use.held > 0 || use.defaultIn.length > 0 || use.invitations > 0;

/**
 * Rule 5 on the result: whoever decides what a role allows must be able to give all of it wherever it is held or
 * given. A project role that nobody has can be given anywhere, so that it takes the rights of the whole organization.
 */
export const needToGiveWhereUsed = (
  s: Standing,
  use: RoleUse,
  role: Pick<Role, 'name' | 'scope' | 'permissions'>,
): void => {
  const inProjects = role.scope === 'project' && use.projects.length > 0;
  const places: readonly { id?: string; name: string }[] = inProjects
    ? use.projects
    : [{ name: s.organization.name }];
  const missing = new Set<string>();
  const where: string[] = [];
  for (const place of places) {
    const lacking = missingFor(s, role.permissions, place.id);
    for (const permission of lacking) missing.add(permission);
    if (lacking.length > 0) where.push(place.name);
  }
  if (missing.size === 0) return;
  const named = where.length > 5 ? [...where.slice(0, 5), `${where.length - 5} more`] : where;
  throw new DomainError(
    'not-given',
    `Not done: the role ${role.name} would allow ${[...missing].map((one) => `\`${one}\``).join(', ')}, which you may not give in ${named.join(', ')}.`,
    {
      todo: 'Leave that out, or ask somebody who may give it.',
      facts: { missing: [...missing].join(',') },
    },
  );
};

/** Most people who are told one by one of one change of a role. */
export const MOST_TOLD = 50;

/**
 * Members, other than the actor, whose access changes when the role stops to allow what it does and allows `after`.
 * Read before the change is written; `undefined` when they are too many to be told one by one.
 */
export const whoseAccessChanges = async (
  c: Change,
  role: Role,
  after: readonly string[],
): Promise<string[] | undefined> => {
  const ids = rowsOf<{ id: string }>(
    await c.db.execute(sql`
      select p.id from principals p
      where p.organization_id = ${c.organization.id} and p.kind = 'member' and p.state = 'active'
        and p.id is distinct from ${c.me?.id ?? null}::uuid
        and (p.role_id = ${role.id} or p.role_after_id = ${role.id}
          or exists (select from grants g where g.organization_id = p.organization_id and g.principal_id = p.id
            and g.role_id = ${role.id})
          or exists (select from projects pr where pr.organization_id = p.organization_id
            and pr.default_role_id = ${role.id}))
      limit ${MOST_TOLD + 1}`),
  ).map((row) => row.id);
  if (ids.length > MOST_TOLD) return undefined;
  const { holders } = await loadHolders(c.db, c.organization.id, { ids });
  const { model } = c.organization;
  return holders.filter((holder) => changes(model, holder, role, after)).map((holder) => holder.id);
};

const changes = (model: AccessModel, holder: Holder, role: Role, after: readonly string[]): boolean =>
  holder.roles
    .filter((held) => held.roleId === role.id)
    .some(({ projectId }) => {
      const others = rolesAt(holder, projectId).filter((held) => held.roleId !== role.id);
      const rest = permissionsAt({ ...holder, roles: others }, projectId);
      return (
        difference(model, after, [...role.permissions, ...rest]).length > 0 ||
        difference(model, role.permissions, [...after, ...rest]).length > 0
      );
    });

/** Those of `wanted` that nothing in `held` covers. */
export const difference = (
  model: AccessModel,
  wanted: readonly string[],
  held: readonly string[],
): string[] => {
  const news = wanted.filter((permission) => !held.includes(permission));
  return missingToGive(model, { operator: false, administers: false, permissions: held }, news);
};
