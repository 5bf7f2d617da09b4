import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { among, defineRule, ONE_BY_ONE } from '../rule.ts';

/**
 * CR-05: where the organization has an OpenID provider, active members who came in without signing in with it; where
 * it has none any more, those who have to.
 */
export const ssoNotUsed = defineRule({
  id: 'sso-not-used',
  severity: 'low',
  title: 'Single sign-on not used',
  why: 'Whoever comes in past the provider stays when the provider switches them off. Have them sign in once: they keep what they have. Where the provider is gone, set it again with `/org settings set sso-issuer`.',
  /** `asks`: whether invitations can ask for a sign-in here. */
  facts: z.object({ member: z.string(), provider: z.boolean(), asks: z.boolean().default(false) }),
  find: (scope) => {
    const here = scope.organization.id;
    const provider = sql`exists (select from sso_providers o where o.organization_id = ${here}
      and o.issuer is not null and o.client_id is not null)`;
    const asked = (required: SQL, when: SQL) => sql`
      select m.user_id, m.email, m.sso_required from members m
      where m.organization_id = ${here} and ${required} and ${when} ${among(scope, sql`m.user_id`)}`;
    return sql`
      select m.user_id::text as subject, jsonb_build_object('member', m.email, 'provider', not m.sso_required,
        'asks', ${scope.organization.model.policies.invitation.ssoChoice}::bool) as facts
      from (
        ${asked(sql`m.sso_required`, sql`not ${provider}`)}
        union all ${asked(sql`not m.sso_required`, provider)}
      ) m
      cross join lateral (
        select from principals p where p.organization_id = ${here} and p.id = m.user_id and p.state = 'active' ${ONE_BY_ONE}
      ) p`;
  },
  says: ({ member, provider }, { email }) =>
    provider
      ? `${email(member)} joined without signing in with the organization's provider`
      : `${email(member)} has to sign in with a provider, and none is set`,
  fix: ({ member, provider, asks }) =>
    provider && asks ? [{ command: 'org invite send', args: { email: member, sso: 'yes' } }] : [],
  owner: ({ member }) => member,
});
