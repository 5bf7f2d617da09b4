import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { durationInWords } from '../../duration.ts';
import { ago, among, defineRule, instantOf, ONE_BY_ONE } from '../rule.ts';
import { ownerOf, tokenFacts, tokenOwner } from './token-owner.ts';

/** Working tokens that nobody has used for `dormant-after`, counted from their creation where nobody ever did. */
export const tokenUnused = defineRule({
  id: 'token-unused',
  severity: 'medium',
  title: 'Unused tokens',
  why: 'What nobody uses nobody misses, but somebody may find. Deactivate it: that can be undone.',
  facts: tokenFacts.extend({ since: z.string(), ever: z.boolean(), after: z.number() }),
  find: (scope) => {
    const after = scope.settings['dormant-after'];
    return sql`
      select t.id::text as subject, jsonb_build_object('id', t.id, 'token', t.name, 'kind', t.kind, 'owner', ${tokenOwner},
        'since', coalesce(t.last_used_at, t.created_at), 'ever', t.last_used_at is not null, 'after', ${after}::int) as facts
      from tokens t
      cross join lateral (
        select from principals p
        where p.organization_id = t.organization_id and p.id = t.principal_id and p.state = 'active' ${ONE_BY_ONE}
      ) p
      where coalesce(t.last_used_at, t.created_at) < ${ago(scope, after)}
        and t.organization_id = ${scope.organization.id} and t.state = 'active'
        and (t.expires_at is null or t.expires_at > ${instantOf(scope.now)}) ${among(scope, sql`t.id`)}`;
  },
  says: (facts, told) =>
    `Token ${facts.token}${ownerOf(facts, told)} ${
      facts.ever
        ? `was last used on ${facts.since.slice(0, 10)}`
        : `was made on ${facts.since.slice(0, 10)} and never used`
    }, more than ${durationInWords(facts.after)} ago`,
  fix: ({ id }) => [{ command: 'org token deactivate', args: { name: id } }],
  owner: ({ kind, owner }) => (kind === 'service-account' ? null : owner),
});
