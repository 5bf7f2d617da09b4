import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { cameWith } from '../../project/create.ts';
import { privilegedRoles } from '../privileged.ts';
import { amongTexts, defineRule, type Fix, ids, instantOf } from '../rule.ts';
import { asArgument, calledIn, named, who } from '../who.ts';
import { singleAdmin } from './single-admin.ts';

/** Somebody decided, in favour, on the request that gave it. */
const decided = (request: SQL): SQL => sql`exists (
  select from requests q
  join decisions d on d.organization_id = q.organization_id and d.request_id = q.id and d.decision = 'approved'
  where q.organization_id = p.organization_id and ${request})`;

/**
 * Privileged access that nobody else decided on: an administrator role, a role among `high-risk-roles`, or a project
 * role with something that operators alone give, held without an approved request. Not the creator's own role, which
 * nobody could have approved, nor that of whom a single administrator named to mend `single-admin`, for the same
 * reason; nor what an administrator holds in projects, which comes with being one, nor what the creator of a project was
 * given with it.
 */
export const privilegedUnapproved = defineRule({
  id: 'privileged-unapproved',
  severity: 'high',
  title: 'Privileged access that nobody approved',
  why: 'The widest access was given by one person alone. Take it away and have it asked for, or accept it with a reason.',
  facts: who.extend({
    role: z.string(),
    project: z.string().nullable(),
    by: z.string().nullable(),
    instead: z.string().nullable(),
  }),
  find: (scope) => {
    const { organization } = scope;
    const here = organization.id;
    const base = scope.roles.find((role) => role.name === organization.model.policies.invitation.defaultRole);
    const subject = sql`p.id || '/' || g.project_id || '/' || g.role_id`;
    return sql`
      select p.id::text as subject, jsonb_build_object('kind', p.kind, 'who', m.email, 'role', r.name, 'project', null,
        'by', given.by, 'instead', ${base && !base.administers ? base.name : null}::text) as facts
      from principals p
      join roles r on r.organization_id = p.organization_id and r.id = p.role_id
      join members m on m.organization_id = p.organization_id and m.user_id = p.id
      left join lateral (
        select case a.action when 'invitation.accepted' then a.event::jsonb #>> '{facts,inviter}' else a.actor end as by,
          a.event::jsonb #>> '{facts,rule}' as mending
        from audit a where a.organization_id = p.organization_id and a.target = m.email
          and a.action in ('member.role-changed', 'invitation.accepted') order by a.sequence desc limit 1
      ) given on true
      where p.organization_id = ${here} and p.state = 'active' and given.mending is distinct from ${singleAdmin.id}
        and p.role_id = any(${ids(privilegedRoles(scope, 'organization'))})
        and (p.role_until is null or p.role_until > ${instantOf(scope.now)})
        and not exists (select from audit a where a.organization_id = p.organization_id
          and a.action = 'organization.created' and a.actor = m.email)
        and not ${decided(sql`q.beneficiary_id = p.id and q.role_id = p.role_id and q.state = 'approved'`)}
        ${amongTexts(scope, sql`p.id::text`)}
      union all
      select ${subject}, jsonb_build_object('kind', p.kind, 'who', named.who, 'role', r.name, 'project', pr.name,
        'by', (select m.email from members m where m.organization_id = g.organization_id and m.user_id = g.granted_by),
        'instead', null)
      from grants g
      join principals p on p.organization_id = g.organization_id and p.id = g.principal_id and p.state = 'active'
      join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      join projects pr on pr.organization_id = g.organization_id and pr.id = g.project_id
      left join roles o on o.organization_id = p.organization_id and o.id = p.role_id
      ${named}
      where g.organization_id = ${here} and g.role_id = any(${ids(privilegedRoles(scope, 'project'))})
        and (g.expires_at is null or g.expires_at > ${instantOf(scope.now)})
        and o.administers is not true
        and g.reason is distinct from ${cameWith(organization.model)}
        and not ${decided(sql`q.id = g.request_id`)}
        ${amongTexts(scope, subject)}`;
  },
  says: (facts, told) =>
    `${calledIn(facts, told)} is ${facts.role}${facts.project === null ? '' : ` in ${facts.project}`} without an approval${
      facts.by === null ? '' : `; given by ${told.email(facts.by)}`
    }`,
  fix: (facts): Fix[] => {
    if (facts.project === null) {
      return [{ command: 'org member role', args: { user: facts.who, role: facts.instead ?? 'none' } }];
    }
    const args = { ...asArgument(facts), project: facts.project, role: facts.role };
    return [{ command: 'org access revoke', args }];
  },
  owner: ({ by, kind, who: name }) => by ?? (kind === 'member' ? name : null),
});
