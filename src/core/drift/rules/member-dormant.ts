import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { durationInWords } from '../../duration.ts';
import { ago, among, defineRule, ONE_BY_ONE } from '../rule.ts';

/**
 * Active members who for `dormant-after` have done nothing: no decision went their way, no token of theirs was used,
 * and they typed and pressed nothing in chat. Counted from their joining where they never did.
 */
export const memberDormant = defineRule({
  id: 'member-dormant',
  severity: 'medium',
  title: 'Dormant members',
  why: 'Access that nobody uses is access that nobody misses when it is abused. Deactivate them: that keeps everything for their return.',
  facts: z.object({ member: z.string(), since: z.string(), ever: z.boolean(), after: z.number() }),
  find: (scope) => {
    const after = scope.settings['dormant-after'];
    return sql`
      select p.id::text as subject, jsonb_build_object('member', m.email,
        'since', coalesce(p.last_used_at, m.joined_at), 'ever', p.last_used_at is not null, 'after', ${after}::int) as facts
      from principals p
      cross join lateral (
        select m.email, m.joined_at from members m
        where m.organization_id = p.organization_id and m.user_id = p.id and m.joined_at < ${ago(scope, after)}
        ${ONE_BY_ONE}
      ) m
      where coalesce(p.last_used_at, '-infinity') < ${ago(scope, after)}
        and p.organization_id = ${scope.organization.id} and p.kind = 'member' and p.state = 'active'
        ${among(scope, sql`p.id`)}`;
  },
  says: ({ member, since, ever, after }, { email }) =>
    `${email(member)} ${ever ? `was last active on ${since.slice(0, 10)}` : `joined on ${since.slice(0, 10)} and was never active`}, more than ${durationInWords(after)} ago`,
  fix: ({ member }) => [{ command: 'org member deactivate', args: { user: member } }],
  owner: ({ member }) => member,
});
