import { ssoProviders } from '../../db/schema/index.ts';
import { type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { seal } from '../secret-box.ts';
import { needProvider, readIssuer } from './discover.ts';
import { type StoredProvider, secretBox, storedProvider } from './provider.ts';

const COLUMNS = {
  'sso-issuer': 'issuer',
  'sso-client-id': 'clientId',
  'sso-client-secret': 'clientSecret',
} as const satisfies Record<string, keyof StoredProvider>;

export type SsoKey = keyof typeof COLUMNS;

export const isSsoKey = (key: string): key is SsoKey => Object.hasOwn(COLUMNS, key);

/** What anybody may see of a provider's setting: of the secret, whether there is one. */
export const shownOf = (key: SsoKey, stored: StoredProvider): string => {
  const value = stored[COLUMNS[key]];
  if (value === null) return 'not set';
  return key === 'sso-client-secret' ? 'set, and never shown again' : value;
};

const LONGEST = 1_000;

/**
 * Names the organization's OpenID provider, a piece at a time. A secret is for the provider that made it: with another
 * issuer the client and its secret are forgotten, so that nobody can have it sent elsewhere.
 * @throws DomainError `invalid`, `unavailable`, `forbidden`
 */
export const setSso = async (
  ctx: Context,
  input: { organizationId: string; key: SsoKey; value: string; inForm: boolean },
): Promise<{ key: SsoKey; before: string; after: string }> => {
  const { organizationId, key } = input;
  const typed = input.value.trim();
  if (key === 'sso-client-secret' && typed.toLowerCase() !== 'none' && !input.inForm) throw typedSecret();
  const value = typed.toLowerCase() === 'none' ? null : typed;
  const issuer = key === 'sso-issuer' && value !== null ? readIssuer(ctx.installation, value) : undefined;
  if (issuer !== undefined) {
    // Only who may set it makes us ask anywhere; nobody waits for the network under the organization's lock.
    await change({ ...ctx, interaction: undefined }, organizationId, async (c) => mayChange(c));
    await needProvider(ctx.installation, issuer);
  }
  return change(ctx, organizationId, async (c) => {
    mayChange(c);
    const before = await storedProvider(c.db, organizationId);
    const after = { ...before, ...changed(c, before, key, issuer ?? value) };
    await c.db
      .insert(ssoProviders)
      .values({ organizationId, ...after })
      .onConflictDoUpdate({ target: ssoProviders.organizationId, set: after });
    const shown = { key, before: shownOf(key, before), after: shownOf(key, after) };
    c.audit({ action: 'settings.changed', target: key, facts: { before: shown.before, after: shown.after } });
    return shown;
  });
};

const mayChange = (c: Change): void => {
  need(c, 'settings:write', 'change settings');
};

const changed = (
  c: Change,
  before: StoredProvider,
  key: SsoKey,
  value: string | null,
): Partial<StoredProvider> => {
  if (value !== null && (value === '' || value.length > LONGEST)) {
    throw new DomainError('invalid', `\`${key}\` was not set: it has 1 to ${LONGEST} characters.`);
  }
  if (key === 'sso-issuer') {
    return value === before.issuer ? {} : { issuer: value, clientId: null, clientSecret: null };
  }
  if (value !== null && before.issuer === null) {
    throw new DomainError('invalid', `\`${key}\` was not set: it belongs to a provider, and none is named.`, {
      todo: 'Set `sso-issuer` first.',
    });
  }
  if (key === 'sso-client-id') return { clientId: value };
  const { secretKey } = c.ctx.installation;
  return {
    clientSecret:
      value === null || before.issuer === null
        ? null
        : seal(secretBox(secretKey, c.organization.id, before.issuer), value),
  };
};

const typedSecret = (): DomainError =>
  new DomainError('invalid', '`sso-client-secret` was not set: a secret is not for typing into a message.', {
    todo: 'Type `/org settings set sso-client-secret` and put it into the form. If that was the real one, have the provider make another first.',
  });
