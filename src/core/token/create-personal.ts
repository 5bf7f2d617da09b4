import { activeMember, change } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { freeName } from './find.ts';
import { mintToken, type NewToken } from './mint.ts';
import { needTokenKind } from './need-kind.ts';

/** CR-25: a token of the acting member's own. It may what they may at the moment of each use (CR-26). */
export const createPersonalToken = async (
  ctx: Context,
  input: { organizationId: string; name: string; expires?: When },
): Promise<NewToken> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    needTokenKind(c, 'personal', 'No token was created');
    const name = await freeName(c, input.name, me.id);
    const made = await mintToken(c, { kind: 'personal', name, principalId: me.id, expires: input.expires });
    c.audit({
      action: 'token.created',
      target: name,
      facts: {
        kind: 'personal',
        fingerprint: made.fingerprint,
        expires: made.expiresAt?.toISOString() ?? null,
      },
    });
    return made;
  });
