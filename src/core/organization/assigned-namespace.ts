import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { assignedNamespaces } from '../../db/schema/index.ts';

/** The Kubernetes namespace that operators assigned to an organization, or null while there is none. */
export const assignedNamespace = async (db: Db, organizationId: string): Promise<string | null> => {
  const [assigned] = await db
    .select({ name: assignedNamespaces.name })
    .from(assignedNamespaces)
    .where(eq(assignedNamespaces.organizationId, organizationId));
  return assigned?.name ?? null;
};
