import { asc, eq } from 'drizzle-orm';
import { serviceAccounts } from '../../db/schema/index.ts';
import { holds, type Standing } from '../change.ts';

/** What a field offers: service accounts, for those who may see them or give access somewhere. */
export const nameServiceAccounts = async (s: Standing): Promise<{ value: string; label: string }[]> => {
  const gives = s.me?.roles.some((held) => held.projectId && holds(s, 'grants:write', held.projectId));
  if (
    !gives &&
    !holds(s, 'service-accounts:write') &&
    !holds(s, 'members:read') &&
    !holds(s, 'grants:write')
  ) {
    return [];
  }
  const rows = await s.db
    .select({ name: serviceAccounts.name })
    .from(serviceAccounts)
    .where(eq(serviceAccounts.organizationId, s.organization.id))
    .orderBy(asc(serviceAccounts.name));
  return rows.map(({ name }) => ({ value: name, label: name }));
};
