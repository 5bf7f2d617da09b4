import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
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
  token_id: string;
  token_kind: TokenKind;
  token_name: string;
  expires_at: Date | string | null;
  created_at: Date | string;
  slug: string;
  organization: string;
  model: string;
};

/**
 * Whom a token's text acts as, read from committed state in one statement. Unknown, revoked, deactivated and expired
 * ones, and those of a principal that is not active, are all alike: nothing.
 */
export const authenticate = async (db: Db, text: string): Promise<Authenticated | undefined> => {
  const parsed = parseToken(text);
  if (!parsed) return undefined;
  const [row] = rowsOf<Row>(
    await db.execute(sql`
      select ${holderColumns}, held.id as token_id, held.kind as token_kind, held.name as token_name,
        held.expires_at, held.created_at, o.slug, o.name as organization, o.model
      ${holderTables}
      join tokens held on held.organization_id = p.organization_id and held.principal_id = p.id
      join organizations o on o.id = p.organization_id
      where held.organization_id = ${parsed.organizationId} and held.secret_hash = ${parsed.hash}
        and held.kind = ${parsed.kind} and held.state = 'active'
        and (held.expires_at is null or held.expires_at > clock_timestamp()) and p.state = 'active'`),
  );
  if (!row) return undefined;
  return {
    organizationId: parsed.organizationId,
    organization: {
      id: parsed.organizationId,
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
  };
};
