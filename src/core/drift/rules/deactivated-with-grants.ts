import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { among, defineRule } from '../rule.ts';
import { asArgument, calledIn, named, who } from '../who.ts';

/** Deactivated members, service accounts and tokens that still hold project roles, which a reactivation would bring back. */
export const deactivatedWithGrants = defineRule({
  id: 'deactivated-with-grants',
  severity: 'low',
  title: 'Deactivated, with access kept',
  why: 'A reactivation brings all of it back, wanted or not. Take it away from whoever is not expected back.',
  facts: who.extend({ grants: z.number() }),
  find: (scope) => sql`
    select p.id::text as subject, jsonb_build_object('kind', p.kind, 'who', named.who, 'grants', p.grants) as facts
    from (
      select p.organization_id, p.id, p.kind, held.grants from principals p
      cross join lateral (
        select count(*)::int as grants from grants g
        where g.organization_id = p.organization_id and g.principal_id = p.id
      ) held
      where p.organization_id = ${scope.organization.id} and p.state <> 'active' and p.state = 'deactivated'
        and held.grants > 0 ${among(scope, sql`p.id`)}
    ) p ${named}`,
  says: (facts, told) =>
    `${calledIn(facts, told)} is deactivated and keeps ${facts.grants} ${facts.grants === 1 ? `${told.words.project} role` : `${told.words.project} roles`}`,
  fix: (facts) => [{ command: 'org access revoke', args: { ...asArgument(facts), project: 'all' } }],
});
