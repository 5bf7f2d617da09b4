import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { among, defineRule } from '../rule.ts';

/** Custom roles that nobody holds or will hold, no project gives to everybody, and no open invitation or request gives. */
export const roleUnused = defineRule({
  id: 'role-unused',
  severity: 'low',
  title: 'Roles that nobody has',
  why: 'It can be given at any time by somebody who takes it for the right one. Delete it; a role is quickly made again.',
  facts: z.object({ role: z.string(), scope: z.string() }),
  find: (scope) => {
    const here = scope.organization.id;
    return sql`
      select r.id::text as subject, jsonb_build_object('role', r.name, 'scope', r.scope) as facts
      from roles r
      where r.organization_id = ${here} and not r.built_in ${among(scope, sql`r.id`)}
        and not exists (select from principals p where p.organization_id = r.organization_id and p.role_id = r.id)
        and not exists (select from principals p where p.organization_id = r.organization_id
          and p.role_until is not null and p.role_after_id = r.id)
        and not exists (select from grants g where g.organization_id = r.organization_id and g.role_id = r.id)
        and not exists (select from projects pr where pr.organization_id = r.organization_id
          and pr.default_role_id = r.id)
        and not exists (select from requests q where q.organization_id = r.organization_id and q.role_id = r.id
          and q.state = 'pending')
        and not exists (select from invitations i where i.organization_id = r.organization_id
          and i.state = 'pending' and i.role_id = r.id)
        and not exists (select from invitation_projects ip join invitations i
          on i.organization_id = ip.organization_id and i.id = ip.invitation_id and i.state = 'pending'
          where ip.organization_id = r.organization_id and ip.role_id = r.id)`;
  },
  says: ({ role, scope }, { words }) =>
    `Nobody has the ${scope === 'project' ? words.project : scope} role ${role}`,
  fix: ({ role, scope }) => [{ command: 'org role delete', args: { role, scope } }],
});
