import { and, eq, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { grants } from '../../db/schema/index.ts';
import type { Change, Standing } from '../change.ts';
import { type Scheduled, scheduledGrants } from './scheduled.ts';

/** Whether some grant of the organization has yet to open. */
export const anyScheduled = async (db: Db, organizationId: string): Promise<boolean> =>
  rowsOf(
    await db.execute(sql`
      select from grants where organization_id = ${organizationId} and opens_version is not null limit 1`),
  ).length > 0;

/**
 * Keeps the mark of grants that have yet to open in step with what this change has done: barred while they would not
 * be given any more. Every decision reads the mark, and everything that it stands for happens in changes of the
 * organization; so a grant opens by the database's clock to the second, or not at all, whether or not a job has run
 * (rule 4), and no decision has to work out who may still give what. From its start on the mark stays: what is open
 * by then stays open, and what is not does not open late. The job at the start looks once more (people linked and
 * operators named meanwhile are no change of an organization), ends what is barred, and tells why.
 */
export const barScheduled = async (c: Change): Promise<void> => {
  for (const grant of await scheduledGrants(c)) {
    if (grant.due) continue;
    const barred = grant.obstacle !== undefined;
    if (barred !== grant.barred) await c.db.update(grants).set({ barred }).where(keyOf(c, grant));
  }
};

export const keyOf = (
  c: Pick<Standing, 'organization'>,
  grant: Pick<Scheduled, 'principalId' | 'projectId' | 'roleId'>,
) =>
  and(
    eq(grants.organizationId, c.organization.id),
    eq(grants.principalId, grant.principalId),
    eq(grants.projectId, grant.projectId),
    eq(grants.roleId, grant.roleId),
  );
