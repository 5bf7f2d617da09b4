import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { among, defineRule } from '../rule.ts';

/**
 * Active members whose chat account has left a workspace that the organization is connected to, and who have no other
 * live account in one: switched off there, or gone from it. An account whose identity is of no workspace counts only
 * where it was seen.
 */
export const memberLeftWorkspace = defineRule({
  id: 'member-left-workspace',
  severity: 'high',
  title: 'Members who left the workspace',
  why: 'Whoever has left the chat has most likely left the company, and their access has not. Offboard them.',
  facts: z.object({ member: z.string(), workspace: z.string() }),
  find: (scope) => sql`
    with pairs as (
      select a.user_id, c.workspace_id, d.left_at is not null as gone
      from departures gone
      join accounts one on one.platform = gone.platform and one.external_id = gone.external_id
        and one.unlinked_at is null and one.workspace_id in (gone.workspace_id, '')
      join accounts a on a.user_id = one.user_id and a.unlinked_at is null
      join connections c on c.organization_id = ${scope.organization.id} and c.platform = a.platform
        and (a.workspace_id = c.workspace_id or (a.workspace_id = '' and exists (
          select from presences s where s.platform = a.platform and s.workspace_id = c.workspace_id
            and s.external_id = a.external_id
          union all
          select from departures s where s.platform = a.platform and s.workspace_id = c.workspace_id
            and s.external_id = a.external_id)))
      left join departures d on d.platform = a.platform and d.workspace_id = c.workspace_id
        and d.external_id = a.external_id
    )
    select p.id::text as subject, jsonb_build_object('member', m.email, 'workspace',
      (select w.name from workspaces w where w.id = left_from.workspace_id limit 1)) as facts
    from (select user_id, min(workspace_id) as workspace_id from pairs group by user_id having bool_and(gone)) left_from
    join principals p on p.organization_id = ${scope.organization.id} and p.id = left_from.user_id
      and p.kind = 'member' and p.state = 'active'
    join members m on m.organization_id = p.organization_id and m.user_id = p.id
    where true ${among(scope, sql`p.id`)}`,
  says: ({ member, workspace }, { email }) =>
    `${email(member)} left ${workspace} and is still an active member`,
  fix: ({ member }) => [{ command: 'org member offboard', args: { user: member } }],
});
