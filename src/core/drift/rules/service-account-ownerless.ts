import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { among, defineRule } from '../rule.ts';

/** Service accounts without a responsible member, or with one who is no longer active. */
export const serviceAccountOwnerless = defineRule({
  id: 'service-account-ownerless',
  severity: 'medium',
  title: 'Service accounts that nobody answers for',
  why: 'When its key leaks or it breaks, there is nobody to ask. Name somebody who answers for it.',
  facts: z.object({ name: z.string(), responsible: z.string().nullable(), state: z.string().nullable() }),
  find: (scope) => sql`
    select sa.id::text as subject,
      jsonb_build_object('name', sa.name, 'responsible', m.email, 'state', r.state) as facts
    from service_accounts sa
    join principals p on p.organization_id = sa.organization_id and p.id = sa.id and p.state <> 'removed'
    left join principals r on r.organization_id = sa.organization_id and r.id = sa.responsible_id
    left join members m on m.organization_id = sa.organization_id and m.user_id = sa.responsible_id
    where sa.organization_id = ${scope.organization.id} and r.state is distinct from 'active'
      ${among(scope, sql`sa.id`)}`,
  says: ({ name, responsible, state }, { email }) =>
    responsible === null
      ? `Nobody answers for service account ${name}`
      : `${email(responsible)}, who answers for service account ${name}, ${state === 'deactivated' ? 'is deactivated' : 'is no longer a member'}`,
  asks: 'member',
  fix: ({ name }, user) => [{ command: 'org service-account edit', args: { name, responsible: user } }],
});
