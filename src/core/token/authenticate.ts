import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { fixed } from '../../db/fixed.ts';
import type { Holder } from '../access/evaluate.ts';
import { type HolderRow, holderColumns, holderOf, holderTables } from '../access/holder.ts';
import { modelOf } from '../access/models/index.ts';
import type { Organization } from '../organization/organization.ts';
import { parseToken, type TokenKind } from './text.ts';

/** A token that works at this moment, and whom it acts as. */
export interface Authenticated {
  organizationId: string;
  organization: Organization;
  tokenId: string;
  kind: TokenKind;
  name: string;
  principal: Holder;
  expiresAt: Date | null;
  createdAt: Date;
  /** The database's clock when it was looked at. */
  now: Date;
}

type Row = HolderRow & {
  position: number;
  organization_id: string;
  token_id: string;
  token_kind: TokenKind;
  token_name: string;
  expires_at: Date | string | null;
  created_at: Date | string;
  slug: string;
  organization: string;
  model: string;
};

const columns = fixed(sql`select q.position, ${holderColumns}, p.organization_id, held.id as token_id,
  held.kind as token_kind, held.name as token_name, held.expires_at, held.created_at, o.slug, o.name as organization,
  o.model ${holderTables}
  join tokens held on held.organization_id = p.organization_id and held.principal_id = p.id
  join organizations o on o.id = p.organization_id
  join`);

const live = fixed(sql`as q (position int, organization_id uuid, hash text, kind text)
  on held.organization_id = q.organization_id and held.secret_hash = q.hash and held.kind = q.kind
  where held.state = 'active' and (held.expires_at is null or held.expires_at > clock_timestamp())
    and p.state = 'active'`);

/**
 * Whom the texts of tokens act as, each at its place, read from committed state in one statement. Unknown, revoked,
 * deactivated and expired ones, and those of a principal that is not active, are all alike: nothing.
 */
export const authenticateAll = async (
  db: Db,
  texts: readonly string[],
): Promise<(Authenticated | undefined)[]> => {
  const answers: (Authenticated | undefined)[] = texts.map(() => undefined);
  const asked = texts.flatMap((text, position) => {
    const parsed = parseToken(text);
    return parsed
      ? [{ position, organization_id: parsed.organizationId, hash: parsed.hash, kind: parsed.kind }]
      : [];
  });
  if (asked.length === 0) return answers;
  const rows = rowsOf<Row>(
    await db.execute(sql`${columns} json_to_recordset(${JSON.stringify(asked)}::text::json) ${live}`),
  );
  for (const row of rows) answers[row.position] = authenticated(row);
  return answers;
};

export const authenticate = async (db: Db, text: string): Promise<Authenticated | undefined> =>
  (await authenticateAll(db, [text]))[0];

const authenticated = (row: Row): Authenticated => ({
  organizationId: row.organization_id,
  organization: {
    id: row.organization_id,
    slug: row.slug,
    name: row.organization,
    model: modelOf(row.model),
  },
  tokenId: row.token_id,
  kind: row.token_kind,
  name: row.token_name,
  principal: holderOf(row),
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  createdAt: new Date(row.created_at),
  now: new Date(row.now),
});
