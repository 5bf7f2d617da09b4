import { eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { organizations } from '../../db/schema/index.ts';
import { modelOf } from '../access/models/index.ts';
import type { Organization } from './organization.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An organization by its slug, or by its id as buttons carry it. */
export const findOrganization = async (db: Db, named: string): Promise<Organization | undefined> => {
  const [row] = await db
    .select()
    .from(organizations)
    .where(
      UUID.test(named)
        ? eq(organizations.id, named)
        : sql`${organizations.slug} = ${named.trim().toLowerCase()}`,
    );
  return row && { id: row.id, slug: row.slug, name: row.name, model: modelOf(row.model) };
};
