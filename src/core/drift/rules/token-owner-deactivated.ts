import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { among, defineRule, instantOf } from '../rule.ts';

const HOW = {
  deactivated: 'is deactivated',
  removed: 'is no longer a member',
  leaving: 'has an offboarding that nobody finished',
} as const;

/**
 * CW-40: active tokens whose member, by ownership (personal ones) or association (the organization's), is deactivated
 * or removed, or has an unfinished offboarding.
 */
export const tokenOwnerDeactivated = defineRule({
  id: 'token-owner-deactivated',
  severity: 'high',
  title: 'Tokens of people who are gone',
  why: 'Nobody looks after it any more, and whoever left may still know its secret. Deactivate it, revoke it, or give it to somebody else.',
  facts: z.object({
    id: z.string(),
    token: z.string(),
    kind: z.enum(['organization', 'personal']),
    fingerprint: z.string(),
    member: z.string(),
    is: z.enum(['deactivated', 'removed', 'leaving']),
  }),
  find: (scope) => {
    const here = scope.organization.id;
    return sql`
      with gone as (
        select p.id, p.state as "is" from principals p
          where p.organization_id = ${here} and p.state <> 'active' and p.state in ('deactivated', 'removed')
            and p.kind = 'member'
        union all
        select o.user_id, 'leaving' from offboardings o
          join principals p on p.organization_id = o.organization_id and p.id = o.user_id and p.state = 'active'
          where o.organization_id = ${here} and o.closed_at is null
      )
      select t.id::text as subject, jsonb_build_object('id', t.id, 'token', t.name, 'kind', t.kind,
        'fingerprint', t.fingerprint, 'is', gone."is", 'member',
        (select m.email from members m where m.organization_id = ${here} and m.user_id = gone.id)) as facts
      from gone
      join tokens t on t.organization_id = ${here} and t.member_id = gone.id and t.state = 'active'
        and (t.expires_at is null or t.expires_at > ${instantOf(scope.now)}) ${among(scope, sql`t.id`)}`;
  },
  says: ({ token, kind, member, is }, { email }) =>
    kind === 'personal'
      ? `Personal token ${token} is active, and its owner ${email(member)} ${HOW[is]}`
      : `Token ${token} is active, and ${email(member)}, whom it is associated with, ${HOW[is]}`,
  fix: ({ id }) => [{ command: 'org token deactivate', args: { name: id } }],
});
