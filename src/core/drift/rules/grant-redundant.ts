import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { missingToGive } from '../../access/cover.ts';
import { cameWith } from '../../project/create.ts';
import type { Role } from '../../role/find.ts';
import { amongTexts, defineRule, ids, instantOf, NOTHING, type Scope } from '../rule.ts';
import { asArgument, calledIn, named, who } from '../who.ts';

interface Covered {
  role: Role;
  by: Role;
}

/** Which project role gives nothing to whoever holds which other role. Of two that give the same, one covers the other. */
const covered = ({ organization: { model }, roles, granted }: Scope): Covered[] => {
  const covers = (by: Role, role: Role): boolean =>
    missingToGive(
      model,
      { operator: false, administers: false, permissions: by.permissions },
      role.permissions,
    ).length === 0;
  return roles
    .filter(({ scope, id }) => scope === 'project' && granted.has(id))
    .flatMap((role) =>
      roles
        .filter((by) => by.id !== role.id && covers(by, role))
        .filter((by) => by.scope === 'organization' || !covers(role, by) || by.id < role.id)
        .map((by) => ({ role, by })),
    );
};

/**
 * PF-28, CR-22: the highest role wins and nothing subtracts, so a grant adds nothing beside a wider organization role,
 * a wider default role of the project, or a wider grant there, as long as that lasts as long as the grant does. What came with
 * the creation of a project is no drift.
 */
export const grantRedundant = defineRule({
  id: 'grant-redundant',
  severity: 'low',
  title: 'Access that adds nothing',
  why: 'It changes nothing today, and comes to light when the wider role is taken away. Take the narrower one away.',
  facts: who.extend({ role: z.string(), project: z.string(), by: z.string(), through: z.string() }),
  find: (scope) => {
    const here = scope.organization.id;
    const pairs = covered(scope);
    if (pairs.length === 0) return NOTHING;
    const now = instantOf(scope.now);
    const wide = sql`(select * from unnest(${ids(pairs.map(({ role }) => role.id))},
      ${ids(pairs.map(({ by }) => by.id))}) as w(role_id, by_id))`;
    const lasts = sql`(g.expires_at is null or g.expires_at > ${now})
      and g.reason is distinct from ${cameWith(scope.organization.model)}`;
    const columns = sql`g.organization_id, g.principal_id, g.project_id, g.role_id`;
    const narrow = ids([...new Set(pairs.map(({ role }) => role.id))]);
    const widest = ids([...new Set(pairs.map(({ by }) => by.id))]);
    const wider = ids([...new Set(pairs.map(({ by }) => by.id).filter((id) => scope.granted.has(id)))]);
    const subject = sql`g.principal_id || '/' || g.project_id || '/' || g.role_id`;
    return sql`
      select ${subject} as subject, jsonb_build_object('kind', p.kind, 'who', named.who, 'role', r.name,
        'project', pr.name, 'by', b.name, 'through', g.through) as facts
      from (
        select distinct on (principal_id, project_id, role_id) * from (
          select ${columns}, w.by_id, 'organization-role' as through
            from principals p
            join grants g on g.organization_id = p.organization_id and g.principal_id = p.id
            join ${wide} w on w.role_id = g.role_id and w.by_id = p.role_id
            where p.organization_id = ${here} and p.role_id = any(${widest}) and p.state = 'active'
              and (p.role_until is null or p.role_until >= g.expires_at) and ${lasts}
          union all
          select ${columns}, w.by_id, 'default-role'
            from projects pr
            join ${wide} w on w.by_id = pr.default_role_id
            join grants g on g.organization_id = pr.organization_id and g.project_id = pr.id and g.role_id = w.role_id
            join principals p on p.organization_id = g.organization_id and p.id = g.principal_id
              and p.kind = 'member' and p.state = 'active'
            where pr.organization_id = ${here} and ${lasts}
          union all
          select ${columns}, w.by_id, 'grant'
            from (select distinct principal_id, project_id from grants where organization_id = ${here} and beside) many
            join grants wider on wider.organization_id = ${here} and wider.principal_id = many.principal_id
              and wider.project_id = many.project_id and wider.role_id = any(${wider})
            join grants g on g.organization_id = ${here} and g.principal_id = many.principal_id
              and g.project_id = many.project_id and g.role_id = any(${narrow})
            join ${wide} w on w.by_id = wider.role_id and w.role_id = g.role_id
            join principals p on p.organization_id = ${here} and p.id = many.principal_id and p.state = 'active'
            where ${lasts}
              and (wider.starts_at is null or wider.starts_at <= ${now})
              and (wider.expires_at is null or wider.expires_at >= g.expires_at)
        ) every order by principal_id, project_id, role_id, through desc, by_id
      ) g
      join principals p on p.organization_id = g.organization_id and p.id = g.principal_id
      join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      join roles b on b.organization_id = g.organization_id and b.id = g.by_id
      join projects pr on pr.organization_id = g.organization_id and pr.id = g.project_id
      ${named}
      where true ${amongTexts(scope, subject)}`;
  },
  says: (facts, told) =>
    `${calledIn(facts, told)} is ${facts.role} in ${facts.project}, which adds nothing to ${facts.by}, ${HOW[facts.through] ?? facts.through}`,
  fix: (facts) => [
    {
      command: 'org access revoke',
      args: { ...asArgument(facts), project: facts.project, role: facts.role },
    },
  ],
  owner: (facts) => (facts.kind === 'member' ? facts.who : null),
});

const HOW: Readonly<Record<string, string>> = {
  'organization-role': 'their organization role',
  'default-role': 'everybody’s role there',
  grant: 'which they are there too',
};
