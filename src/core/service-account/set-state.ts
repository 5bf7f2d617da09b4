import { and, eq } from 'drizzle-orm';
import { principals } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needToGiveAll } from '../grant/need-to-give-all.ts';
import { findServiceAccount } from './find.ts';

interface Input {
  organizationId: string;
  name: string;
}

const setState = async (
  ctx: Context,
  input: Input,
  to: { state: 'active' | 'deactivated'; verb: string; done: string },
): Promise<{ name: string }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'service-accounts:write', `${to.verb} service accounts`);
    const account = await findServiceAccount(c, input.name);
    if (to.state === 'active') await needToGiveAll(c, account.id, `the access of ${account.name}`);
    if (account.state === to.state) {
      throw new DomainError('wrong-state', `Nothing changed: ${account.name} is ${to.done} already.`);
    }
    await c.db
      .update(principals)
      .set({ state: to.state })
      .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, account.id)));
    c.audit({
      action: to.state === 'active' ? 'service-account.enabled' : 'service-account.disabled',
      target: account.name,
    });
    return { name: account.name };
  });

/** Its keys stop working at once; they and its access are kept. */
export const disableServiceAccount = async (ctx: Context, input: Input): Promise<{ name: string }> =>
  setState(ctx, input, { state: 'deactivated', verb: 'disable', done: 'disabled' });

export const enableServiceAccount = async (ctx: Context, input: Input): Promise<{ name: string }> =>
  setState(ctx, input, { state: 'active', verb: 'enable', done: 'enabled' });
