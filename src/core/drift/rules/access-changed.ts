import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { adoptHoldings, holdingsNow, touchedSince } from '../baseline.ts';
import { privilegedRoles } from '../privileged.ts';
import { among, defineRule, type Fix, ids, NOTHING, type Told } from '../rule.ts';
import { asArgument, calledIn, named, who } from '../who.ts';

const access = z.object({
  project: z.string().nullable(),
  role: z.string().nullable(),
  by: z.string().nullable(),
  request: z.number().nullish(),
  /** Whether `by` approved it, or gave it without anybody's approval. */
  approved: z.boolean().optional(),
  privileged: z.boolean().default(false),
});

type Access = z.output<typeof access>;

/** Whoever decided on a request, by address. */
const approvers = (request: SQL): SQL => sql`(
  select string_agg(m.email, ', ' order by m.email) from decisions d
  join members m on m.organization_id = d.organization_id and m.user_id = d.user_id
  where d.organization_id = c.organization_id and d.request_id = ${request} and d.decision = 'approved')`;

/** Who last did something of this kind to them, since the baseline. */
const lastActor = (actions: SQL): SQL => sql`(
  select a.actor from audit a
  where a.organization_id = c.organization_id and a.at >= c.since and a.action in ${actions}
    and a.target = case c.kind when 'member' then c.who else c.kind || ':' || c.who end
  order by a.sequence desc limit 1)`;

const listOf = (
  from: { projects: SQL; roles: SQL },
  without: { projects: SQL; roles: SQL },
  by: SQL,
): SQL => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('project', pr.name, 'role', r.name, ${by}) order by pr.name, r.name), '[]')
  from unnest(${from.projects}, ${from.roles}) u(project_id, role_id)
  left join projects pr on pr.organization_id = c.organization_id and pr.id = u.project_id
  left join roles r on r.organization_id = c.organization_id and r.id = u.role_id
  left join grants g on g.organization_id = c.organization_id and g.principal_id = c.id
    and g.project_id = u.project_id and g.role_id = u.role_id
  where not exists (select from unnest(${without.projects}, ${without.roles}) x(project_id, role_id)
    where x.project_id = u.project_id and x.role_id = u.role_id))`;

const now = { projects: sql`c.project_ids`, roles: sql`c.role_ids` };
const before = { projects: sql`c.project_ids_before`, roles: sql`c.role_ids_before` };

/**
 * Whose access is not what the accepted baseline says: gained, lost or another organization role, each with who
 * approved or did it. Without a baseline there is nothing to compare with.
 */
export const accessChanged = defineRule({
  id: 'access-changed',
  severity: 'medium',
  title: 'Access that changed since the baseline',
  why: 'Read it like a code review: is each change right, and approved by who should? Accept it into the baseline, fix it (which takes it back), or ask.',
  facts: who.extend({
    gone: z.boolean(),
    privileged: z.boolean(),
    gained: z.array(access),
    lost: z.array(access),
    role: z
      .object({ before: z.string().nullable(), after: z.string().nullable(), by: z.string().nullable() })
      .nullable(),
  }),
  find: (scope) => {
    if (!scope.baseline) return NOTHING;
    const here = scope.organization.id;
    const risky = ids([...privilegedRoles(scope, 'organization'), ...privilegedRoles(scope, 'project')]);
    const given = sql`'privileged', u.role_id = any(${risky}), 'approved', ${approvers(sql`g.request_id`)} is not null,
      'by', coalesce(${approvers(sql`g.request_id`)},
        (select m.email from members m where m.organization_id = g.organization_id and m.user_id = g.granted_by),
        ${lastActor(sql`('grant.added', 'grant.changed', 'invitation.accepted', 'member.joined')`)}),
      'request', (select q.number from requests q where q.organization_id = g.organization_id and q.id = g.request_id)`;
    const taken = sql`'by', ${lastActor(sql`('grant.revoked', 'grant.ended', 'member.removed', 'member.left', 'project.deleted')`)}`;
    return sql`
      select c.id::text as subject, jsonb_build_object('kind', c.kind, 'who', c.who, 'gone', c.state = 'removed',
        'privileged', c.role_id is distinct from c.role_id_before and coalesce(c.role_id = any(${risky}), false),
        'gained', ${listOf(now, before, given)}, 'lost', ${listOf(before, now, taken)},
        'role', case when c.role_id is distinct from c.role_id_before then jsonb_build_object(
          'before', (select r.name from roles r where r.organization_id = c.organization_id and r.id = c.role_id_before),
          'after', (select r.name from roles r where r.organization_id = c.organization_id and r.id = c.role_id),
          'by', coalesce((select ${approvers(sql`q.id`)} from requests q where q.organization_id = c.organization_id
              and q.beneficiary_id = c.id and q.role_id = c.role_id and q.state = 'approved' order by q.number desc limit 1),
            ${lastActor(sql`('member.role-changed', 'member.role-ended', 'member.joined', 'member.removed', 'member.left')`)}))
          end) as facts
      from (
        select p.organization_id, p.id, p.kind, p.state, named.who, base.at as since, n.role_id,
          coalesce(n.project_ids, '{}') as project_ids, coalesce(n.role_ids, '{}') as role_ids,
          b.role_id as role_id_before, coalesce(b.project_ids, '{}') as project_ids_before,
          coalesce(b.role_ids, '{}') as role_ids_before
        from baselines base
        cross join (${touchedSince(here)}) touched
        join principals p on p.organization_id = ${here} and p.id = touched.principal_id
        left join lateral (${holdingsNow(here, sql`and p.id = touched.principal_id`)}) n on true
        left join baseline_holdings b on b.organization_id = ${here} and b.principal_id = touched.principal_id
        ${named}
        where base.organization_id = ${here} ${among(scope, sql`touched.principal_id`)}
          and (n.role_id, n.project_ids, n.role_ids) is distinct from (b.role_id, b.project_ids, b.role_ids)
      ) c`;
  },
  says: (facts, told) => {
    const { role, gained, lost, gone } = facts;
    const parts = [
      ...(role
        ? [`organization role ${role.before ?? 'none'} → ${role.after ?? 'none'}${by(role.by, told)}`]
        : []),
      ...gained.map((one) => `+ ${oneOf(one, told)}`),
      ...lost.map((one) => `− ${oneOf(one, told)}`),
    ];
    return `${facts.privileged || gained.some((one) => one.privileged) ? 'Privileged: ' : ''}${calledIn(facts, told)}${gone ? ' (gone)' : ''}: ${parts.join('; ')}`;
  },
  fix: (facts): Fix[] => {
    if (facts.gone) return [];
    const whom = asArgument(facts);
    const grants = (list: readonly Access[], command: string) =>
      list.flatMap(({ project, role }) =>
        project === null || role === null ? [] : [{ command, args: { ...whom, project, role } }],
      );
    return [
      ...(facts.role
        ? [{ command: 'org member role', args: { user: facts.who, role: facts.role.before ?? 'none' } }]
        : []),
      ...grants(facts.gained, 'org access revoke'),
      ...grants(facts.lost, 'org access grant'),
    ];
  },
  oneByOne: true,
  owner: (facts) => (facts.kind === 'member' && !facts.gone ? facts.who : null),
  adopt: adoptHoldings,
});

/** By whom; and for what was given, whether they approved it. */
const by = (who: string | null, { email }: Told, approved?: boolean): string => {
  const them = who === null ? '' : ` by ${who.split(', ').map(email).join(', ')}`;
  if (approved === undefined) return them;
  return approved ? `, approved${them}` : `, given${them} without an approval`;
};

const oneOf = ({ project, role, by: who, request, approved }: Access, told: Told): string =>
  `${role ?? 'a role that is gone'} in ${project ?? `a ${told.words.project} that is gone`}${request ? `, REQ-${request}` : ''}${by(who, told, approved)}`;
