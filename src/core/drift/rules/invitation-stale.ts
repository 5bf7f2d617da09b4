import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ago, among, defineRule, instantOf } from '../rule.ts';

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
    const late = ago(scope, LATE);
    const here = scope.organization.id;
    const orphan = sql`i.inviter_id in (
      select p.id from principals p where p.organization_id = ${here} and p.state <> 'active')`;
    return sql`
      select i.id::text as subject, jsonb_build_object('email', i.email, 'at', i.created_at, 'because',
        case when i.expires_at < ${late} then 'late' when ${orphan} then 'orphan' else 'old' end) as facts
      from invitations i
      where i.organization_id = ${here} and i.state = 'pending' ${among(scope, sql`i.id`)}
        and (i.expires_at < ${late} or (i.expires_at > ${instantOf(scope.now)}
          and (i.created_at < ${ago(scope, scope.settings['invitation-stale-after'])} or ${orphan})))`;
  },
  says: ({ email: address, at, because }, { email }) =>
    `The invitation of ${email(address)} ${WHY[because]} ${at.slice(0, 10)}`,
  fix: ({ email }) => [{ command: 'org invite revoke', args: { email } }],
});
