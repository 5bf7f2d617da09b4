import { sql } from 'drizzle-orm';
import { customType, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Text that sorts and compares by code point on every server, so that keyset pages agree with PGlite. */
export const key = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

export const id = (name: string) => uuid(name).notNull();

export const organizationId = () => uuid('organization_id').notNull();

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** `clock_timestamp()`, not `now()`: a transaction may wait for its organization's lock before it acts. */
export const createdAt = () => at('created_at').notNull().default(sql`clock_timestamp()`);
