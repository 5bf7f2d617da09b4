import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { type Change, missingFor } from '../change.ts';
import { DomainError } from '../errors.ts';

/**
 * Rule 5 for what hands a principal's access to somebody else: a new secret, or switching it on again. Grants that
 * begin later count too.
 * @throws DomainError `not-given`, which lists what is missing
 */
export const needToGiveAll = async (c: Change, principalId: string, what: string): Promise<void> => {
  const held = rowsOf<{ project_id: string | null; permissions: string[] }>(
    await c.db.execute(sql`
      select g.project_id, r.permissions from grants g
      join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      where g.organization_id = ${c.organization.id} and g.principal_id = ${principalId}
        and (g.expires_at is null or g.expires_at > clock_timestamp())
      union all
      select null, r.permissions from principals p
      join roles r on r.organization_id = p.organization_id and r.id = p.role_id
      where p.organization_id = ${c.organization.id} and p.id = ${principalId}`),
  );
  const missing = new Set(
    held.flatMap((role) => missingFor(c, role.permissions, role.project_id ?? undefined)),
  );
  if (missing.size === 0) return;
  throw new DomainError(
    'not-given',
    `Not done: ${what} takes ${[...missing].map((name) => `\`${name}\``).join(', ')}, which you may not give.`,
    { todo: 'Ask an administrator.', facts: { missing: [...missing].join(',') } },
  );
};
