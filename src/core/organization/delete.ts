import { and, desc, eq } from 'drizzle-orm';
import { audit, organizations, principals } from '../../db/schema/index.ts';
import { type Change, change } from '../change.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { directMessages, type NewMessage } from '../message.ts';
import { needOperator, needOperatorStill } from '../user/need-operator.ts';
import { tenantTables } from './tenant-tables.ts';

/**
 * Operators delete an organization that is not the default one, having typed its slug. Every row of it goes but its
 * audit chain, which ends with the deletion; the installation's chain keeps where it ended. What was still to be sent
 * for it is dropped with its messages, and its members are told that it is gone.
 */
export const deleteOrganization = async (
  ctx: Context,
  input: { organizationId: string; slug: string },
): Promise<{ slug: string; name: string; members: number }> => {
  needOperator(ctx, 'delete organizations');
  return changeInstallation(ctx, async (outer) => {
    needOperatorStill(outer, 'delete organizations');
    const { facts: deleted, told } = await change(
      { ...ctx, db: outer.db, interaction: undefined },
      input.organizationId,
      async (c) => {
        const { slug, name } = c.organization;
        if (outer.defaultOrganizationId === c.organization.id) {
          throw new DomainError('wrong-state', `${name} was not deleted: it is the default organization.`, {
            todo: 'Move the default mark to another one first with `/org operator default`.',
          });
        }
        if (input.slug.trim().toLowerCase() !== slug) {
          throw new DomainError('invalid', `${name} was not deleted: its slug was not typed.`, {
            todo: `Type \`${slug}\` to confirm.`,
            field: 'slug',
          });
        }
        const told = await toEveryMember(c, { slug, name });
        for (const { table, column } of tenantTables) {
          await c.db.delete(table).where(eq(column, c.organization.id));
        }
        await c.db.delete(organizations).where(eq(organizations.id, c.organization.id));
        const facts = { slug, name, members: c.counters.members };
        c.audit({ action: 'organization.deleted', target: slug, facts: { name, members: facts.members } });
        return { facts, told };
      },
    );
    const [end] = await outer.db
      .select({ sequence: audit.sequence, hash: audit.hash })
      .from(audit)
      .where(eq(audit.organizationId, input.organizationId))
      .orderBy(desc(audit.sequence))
      .limit(1);
    outer.audit({
      action: 'organization.deleted',
      target: deleted.slug,
      facts: {
        organization: input.organizationId,
        name: deleted.name,
        events: end?.sequence ?? 0,
        hash: end?.hash ?? '',
      },
    });
    outer.say(...told);
    return deleted;
  });
};

/** Found while the accounts' ways into chat are there; kept by no organization, because there is none any more. */
const toEveryMember = async (c: Change, data: { slug: string; name: string }): Promise<NewMessage[]> => {
  const active = await c.db
    .select({ id: principals.id })
    .from(principals)
    .where(
      and(
        eq(principals.organizationId, c.organization.id),
        eq(principals.kind, 'member'),
        eq(principals.state, 'active'),
      ),
    );
  const ids = active.map(({ id }) => id).filter((id) => id !== c.me?.id);
  const said = await directMessages(c.db, c.organization.id, ids, { notice: 'organization-deleted', data });
  return said.map(({ organizationId: _gone, ...message }) => message);
};
