import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { ssoProviders } from '../../db/schema/index.ts';
import type { InstallationPolicy } from '../context.ts';
import { type Box, unseal } from '../secret-box.ts';

export type StoredProvider = Pick<typeof ssoProviders.$inferSelect, 'issuer' | 'clientId' | 'clientSecret'>;

export interface Provider {
  organizationId: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
}

const NONE: StoredProvider = { issuer: null, clientId: null, clientSecret: null };

/** What an organization has said of its provider so far; the secret as it is stored. */
export const storedProvider = async (db: Db, organizationId: string): Promise<StoredProvider> => {
  const [row] = await db.select().from(ssoProviders).where(eq(ssoProviders.organizationId, organizationId));
  return row ?? NONE;
};

/** An organization's secret opens for that organization and the provider that it was made by, and for no other. */
export const secretBox = (secretKey: string, organizationId: string, issuer: string): Box => ({
  secretKey,
  purpose: 'sso client secret',
  about: `${organizationId}\n${issuer}`,
});

/** The provider that people can sign in with; undefined until all of it is set. */
export const loadProvider = async (
  db: Db,
  { secretKey }: Pick<InstallationPolicy, 'secretKey'>,
  organizationId: string,
): Promise<Provider | undefined> => {
  const { issuer, clientId, clientSecret } = await storedProvider(db, organizationId);
  if (issuer === null || clientId === null || clientSecret === null) return undefined;
  const secret = unseal(secretBox(secretKey, organizationId, issuer), clientSecret);
  return secret === undefined ? undefined : { organizationId, issuer, clientId, clientSecret: secret };
};
