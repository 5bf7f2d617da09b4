import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { among, defineRule } from '../rule.ts';

/**
 * CR-05: where the organization has an OpenID provider, active members who came in without signing in with it; where
 * it has none any more, those who have to.
 */
export const ssoNotUsed = defineRule({
  id: 'sso-not-used',
  severity: 'low',
  title: 'Single sign-on not used',
  why: 'Whoever comes in past the provider stays when the provider switches them off. Invite them again with `sso:yes`, or accept it.',
  facts: z.object({ member: z.string(), provider: z.boolean() }),
  find: (scope) => {
    const here = scope.organization.id;
    const provider = sql`exists (select from sso_providers o where o.organization_id = ${here}
      and o.issuer is not null and o.client_id is not null)`;
    return sql`
      select p.id::text as subject, jsonb_build_object('member', m.email, 'provider', not m.sso_required) as facts
      from members m
      join principals p on p.organization_id = m.organization_id and p.id = m.user_id and p.state = 'active'
      where m.organization_id = ${here} and m.sso_required <> ${provider} ${among(scope, sql`p.id`)}`;
  },
  says: ({ member, provider }, { email }) =>
    provider
      ? `${email(member)} joined without signing in with the organization's provider`
      : `${email(member)} has to sign in with a provider, and none is set`,
  owner: ({ member }) => member,
});
