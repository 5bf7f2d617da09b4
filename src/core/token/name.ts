import { and, asc, eq, ne, type SQL } from 'drizzle-orm';
import { tokens } from '../../db/schema/index.ts';
import { holds, type Standing } from '../change.ts';

interface Choice {
  value: string;
  label: string;
}

const names = async (s: Standing, which: SQL | undefined): Promise<Choice[]> => {
  const rows = await s.db
    .selectDistinct({ name: tokens.name })
    .from(tokens)
    .where(and(eq(tokens.organizationId, s.organization.id), ne(tokens.state, 'revoked'), which))
    .orderBy(asc(tokens.name));
  return rows.map(({ name }) => ({ value: name, label: name }));
};

/** What a field offers: organization tokens, for those who may read them. */
export const nameOrganizationTokens = async (s: Standing): Promise<Choice[]> =>
  holds(s, 'tokens:read') || holds(s, 'tokens:write') ? names(s, eq(tokens.kind, 'organization')) : [];

/** The acting member's own tokens. */
export const namePersonalTokens = async (s: Standing): Promise<Choice[]> =>
  s.me ? names(s, and(eq(tokens.kind, 'personal'), eq(tokens.principalId, s.me.id))) : [];
