import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

/** What never changes is put together once: drizzle takes a tenth of a millisecond for it. It holds no parameters. */
export const fixed = (fragment: SQL): SQL => sql.raw(new PgDialect().sqlToQuery(fragment).sql);
