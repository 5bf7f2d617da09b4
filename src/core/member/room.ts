import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Change } from '../change.ts';
import { DomainError } from '../errors.ts';
import { loadSettings } from '../organization/settings.ts';

/**
 * PF-03, PF-14: the limit on members counts active ones and live invitations. Checked where either could grow.
 * @param more how many would be added
 * @throws DomainError `limit`
 */
export const needRoomForMembers = async (c: Change, more: number): Promise<void> => {
  const limit = (await loadSettings(c.db, c.organization.id))['members-limit'];
  if (limit === null) return;
  const [row] = rowsOf<{ live: number }>(
    await c.db.execute(sql`
      select count(*)::int as live from invitations where organization_id = ${c.organization.id}
        and state = 'pending' and expires_at > clock_timestamp()`),
  );
  if (c.counters.members + (row?.live ?? 0) + more <= limit) return;
  throw new DomainError(
    'limit',
    `Not done: ${c.organization.name} has no room (\`members-limit\` is ${limit}, pending invitations included).`,
    {
      todo: 'Deactivate somebody, revoke an invitation, or ask an operator for more.',
      facts: { key: 'members-limit' },
    },
  );
};
