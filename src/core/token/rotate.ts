import type { Holder } from '../access/evaluate.ts';
import { activeMember, type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { needToGiveAll } from '../grant/need-to-give-all.ts';
import { findMember, type Person } from '../member/find.ts';
import { findOrganizationToken, findPersonalToken, type Live } from './find.ts';
import { mintToken, type NewToken } from './mint.ts';
import { needTokenKind } from './need-kind.ts';
import { lifeOf, retireTokens } from './retire.ts';

export interface Rotated extends NewToken {
  /** Until when the secret before still works; null if it stopped at once. */
  oldUntil: Date | null;
}

interface Input {
  organizationId: string;
  name: string;
  expires?: When;
  /** Seconds that the old secret lives on. */
  overlap?: number;
  /** Whom an organization token is associated with from now on. */
  member?: Person;
}

const rotate = async (c: Change, rows: Live, input: Input, member?: Holder): Promise<Rotated> => {
  const [token] = rows;
  if (token.state !== 'active') {
    throw new DomainError('wrong-state', `Nothing was rotated: ${token.name} is ${token.state}.`, {
      todo: 'Reactivate it first.',
    });
  }
  const oldUntil = await retireTokens(c, rows, input.overlap);
  const made = await mintToken(c, {
    kind: token.kind === 'organization' ? 'organization' : 'personal',
    name: token.name,
    principalId: token.principalId,
    associatedId: member?.id ?? token.associatedId ?? undefined,
    expires: input.expires,
    usualSeconds: lifeOf(token),
  });
  c.audit({
    action: 'token.rotated',
    target: token.name,
    facts: {
      kind: token.kind,
      before: token.fingerprint,
      fingerprint: made.fingerprint,
      expires: made.expiresAt?.toISOString() ?? null,
      oldUntil: oldUntil?.toISOString() ?? null,
      ...(member ? { member: member.email } : {}),
    },
  });
  return { ...made, oldUntil };
};

/** A new secret for an organization token, whoever made it; with what it may, so under rule 5. */
export const rotateOrganizationToken = async (ctx: Context, input: Input): Promise<Rotated> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'tokens:write', 'rotate tokens');
    needTokenKind(c, 'organization', 'Nothing was rotated');
    const rows = await findOrganizationToken(c, input.name);
    await needToGiveAll(c, rows[0].principalId, `the access of ${rows[0].name}`);
    const member = input.member && (await findMember(c, input.member));
    return rotate(c, rows, input, member);
  });

/** A new secret for a token of the acting member's own. */
export const rotatePersonalToken = async (ctx: Context, input: Input): Promise<Rotated> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    needTokenKind(c, 'personal', 'Nothing was rotated');
    return rotate(c, await findPersonalToken(c, me.id, input.name), input);
  });
