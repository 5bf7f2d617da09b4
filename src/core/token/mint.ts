import { tokens } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { durationInWords, endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { loadSettings } from '../organization/settings.ts';
import { sha256 } from '../secret.ts';
import { fingerprintOf, mintText, type TokenKind } from './text.ts';

/** A token that was just made. `secret` is told to whoever made it, once, and kept nowhere. */
export interface NewToken {
  id: string;
  kind: TokenKind;
  name: string;
  secret: string;
  fingerprint: string;
  expiresAt: Date | null;
}

/**
 * When a new token ends: as asked for, within `token-max-life`; after its usual life, or after the longest there is,
 * where nothing was asked for.
 * @throws DomainError `invalid` for a later or a past end
 */
const endOfToken = async (
  c: Change,
  expires: When | undefined,
  usualSeconds: number | undefined,
): Promise<Date | null> => {
  const longest = (await loadSettings(c.db, c.organization.id))['token-max-life'];
  const after = (seconds: number): Date => new Date(c.now.getTime() + seconds * 1000);
  const latest = longest === null ? null : after(longest);
  if (!expires && usualSeconds !== undefined) return after(Math.min(usualSeconds, longest ?? usualSeconds));
  if (!expires) return latest;
  const end = endOf(expires, c.now, c.now, 'expires');
  if (longest === null || latest === null || end <= latest) return end;
  throw new DomainError(
    'invalid',
    `No token was made: here one works for ${durationInWords(longest)} at most (\`token-max-life\`).`,
    { todo: 'Choose an earlier end, and rotate the token when it comes.', field: 'expires' },
  );
};

export const mintToken = async (
  c: Change,
  input: {
    kind: TokenKind;
    name: string;
    principalId: string;
    associatedId?: string | undefined;
    expires?: When | undefined;
    usualSeconds?: number | undefined;
  },
): Promise<NewToken> => {
  const { kind, name } = input;
  const expiresAt = await endOfToken(c, input.expires, input.usualSeconds);
  const secret = mintText(kind, c.organization.id);
  const id = newId();
  const fingerprint = fingerprintOf(secret);
  await c.db.insert(tokens).values({
    organizationId: c.organization.id,
    id,
    kind,
    name,
    principalId: input.principalId,
    associatedId: input.associatedId ?? null,
    secretHash: sha256(secret),
    fingerprint,
    expiresAt,
    createdBy: c.me?.id ?? null,
  });
  return { id, kind, name, secret, fingerprint, expiresAt };
};
