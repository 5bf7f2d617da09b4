import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ago, among, defineRule, instantOf, ONE_BY_ONE } from '../rule.ts';

const WHY = {
  old: 'has been open since',
  late: 'is past its time and still pending; it was sent on',
  orphan: 'comes from somebody who is no longer active; it was sent on',
} as const;

/** How long the job that ends invitations may be late. */
const LATE = 3600;

/**
 * Pending invitations that were made longer ago than `invitation-stale-after` (a resend starts their time again, not
 * this), whose inviter is no longer active, or that are past their time and that the job has not ended.
 */
export const invitationStale = defineRule({
  id: 'invitation-stale',
  severity: 'low',
  title: 'Stale invitations',
  why: 'Whoever finds the link in an old mailbox can still come in. Revoke it, and invite again whoever is still wanted.',
  facts: z.object({ email: z.string(), at: z.string(), because: z.enum(['old', 'late', 'orphan']) }),
  find: (scope) => {
    const here = scope.organization.id;
    const pending = sql`i.organization_id = ${here} and i.state = 'pending' ${among(scope, sql`i.id`)}`;
    const open = sql`i.expires_at > ${instantOf(scope.now)}`;
    const inactive = sql`p.organization_id = ${here} and p.state <> 'active'`;
    // One list for each cause, by an index of its own; an invitation is in one of them.
    return sql`
      select i.id::text as subject,
        jsonb_build_object('email', i.email, 'at', i.created_at, 'because', i.because) as facts
      from (
        select i.id, i.email, i.created_at, 'late' as because from invitations i
        where ${pending} and i.expires_at < ${ago(scope, LATE)}
        union all
        select i.*, 'orphan' from principals p
        cross join lateral (
          select i.id, i.email, i.created_at from invitations i
          where ${pending} and i.inviter_id = p.id and ${open} ${ONE_BY_ONE}
        ) i
        where ${inactive}
        union all
        select i.id, i.email, i.created_at, 'old' from invitations i
        where ${pending} and ${open} and i.created_at < ${ago(scope, scope.settings['invitation-stale-after'])}
          and not exists (select from principals p where ${inactive} and p.id = i.inviter_id)
      ) i`;
  },
  says: ({ email: address, at, because }, { email }) =>
    `The invitation of ${email(address)} ${WHY[because]} ${at.slice(0, 10)}`,
  fix: ({ email }) => [{ command: 'org invite revoke', args: { email } }],
});
