import { and, eq } from 'drizzle-orm';
import { resources } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';

/** What was in a project that goes stays the organization's. @returns how many things */
export const releaseFromProject = async (c: Change, projectId: string): Promise<number> => {
  const released = await c.db
    .update(resources)
    .set({ projectId: null })
    .where(and(eq(resources.organizationId, c.organization.id), eq(resources.projectId, projectId)))
    .returning({ id: resources.id });
  return released.length;
};

/** What somebody owned who leaves belongs to nobody, so that a return starts from nothing (rule 12). */
export const releaseFromOwner = async (c: Change, ownerId: string): Promise<number> => {
  const released = await c.db
    .update(resources)
    .set({ ownerId: null })
    .where(and(eq(resources.organizationId, c.organization.id), eq(resources.ownerId, ownerId)))
    .returning({ id: resources.id });
  return released.length;
};
