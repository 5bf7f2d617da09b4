import { and, eq, inArray } from 'drizzle-orm';
import { principals, tokens } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needToGiveAll } from '../grant/need-to-give-all.ts';
import { findAnyToken } from './find.ts';

interface Input {
  organizationId: string;
  name: string;
}

const setState = async (
  ctx: Context,
  input: Input,
  from: 'active' | 'deactivated',
  state: 'active' | 'deactivated',
): Promise<{ name: string }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'tokens:write', state === 'active' ? 'reactivate tokens' : 'deactivate tokens');
    const rows = await findAnyToken(c, input.name);
    const [token] = rows;
    if (state === 'active') await needToGiveAll(c, token.principalId, `the access of ${token.name}`);
    const here = c.organization.id;
    const changed = await c.db
      .update(tokens)
      .set({ state })
      .where(
        and(
          eq(tokens.organizationId, here),
          inArray(
            tokens.id,
            rows.map((row) => row.id),
          ),
          eq(tokens.state, from),
        ),
      )
      .returning({ id: tokens.id });
    if (changed.length === 0) {
      throw new DomainError('wrong-state', `Nothing changed: ${token.name} is ${token.state} already.`);
    }
    if (token.kind === 'organization') {
      await c.db
        .update(principals)
        .set({ state })
        .where(and(eq(principals.organizationId, here), eq(principals.id, token.principalId)));
    }
    c.audit({
      action: state === 'active' ? 'token.reactivated' : 'token.deactivated',
      target: token.name,
      facts: { kind: token.kind, fingerprint: token.fingerprint },
    });
    return { name: token.name };
  });

/** CW-39: switches a token off, reversibly. */
export const deactivateToken = async (ctx: Context, input: Input): Promise<{ name: string }> =>
  setState(ctx, input, 'active', 'deactivated');

export const reactivateToken = async (ctx: Context, input: Input): Promise<{ name: string }> =>
  setState(ctx, input, 'deactivated', 'active');
