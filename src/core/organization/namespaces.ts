import { sql } from 'drizzle-orm';
import { allowedNamespaces, assignedNamespaces } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needOperator, needOperatorStill } from '../user/need-operator.ts';
import { assignedNamespace } from './assigned-namespace.ts';
import { label } from './slug.ts';

/** The Kubernetes namespaces that may be assigned: the operators' list, or the settings' one while there is none. */
const allowed = async (ctx: Context): Promise<string[]> => {
  const rows = await ctx.db.select({ name: allowedNamespaces.name }).from(allowedNamespaces);
  return rows.length > 0 ? rows.map((row) => row.name).sort() : [ctx.installation.kubernetesNamespace];
};

/** Replaces the allow-list (CD-16). What was assigned already stays assigned. */
export const allowNamespaces = async (
  ctx: Context,
  input: { namespaces: readonly string[] },
): Promise<{ before: string[]; after: string[] }> => {
  needOperator(ctx, 'change the list of namespaces');
  const after = [...new Set(input.namespaces.map((name) => label(name.trim(), 'namespaces')))].sort();
  return changeInstallation(ctx, async (c) => {
    needOperatorStill(c, 'change the list of namespaces');
    const before = await allowed({ ...ctx, db: c.db });
    await c.db.delete(allowedNamespaces).where(sql`true`);
    await c.db.insert(allowedNamespaces).values(after.map((name) => ({ name })));
    c.audit({ action: 'installation.namespaces-allowed', facts: { before, after } });
    return { before, after };
  });
};

/** Gives an organization its Kubernetes namespace: once, and never another (CD-17, CD-19, CD-20). */
export const assignNamespace = async (
  ctx: Context,
  input: { organizationId: string; namespace: string },
): Promise<{ organization: string; namespace: string }> => {
  needOperator(ctx, 'assign namespaces');
  const namespace = label(input.namespace.trim(), 'namespace');
  return change(ctx, input.organizationId, async (c) => {
    needOperatorStill(c, 'assign namespaces');
    const { name } = c.organization;
    const already = await assignedNamespace(c.db, c.organization.id);
    if (already) {
      throw new DomainError(
        'wrong-state',
        `Nothing was assigned: ${name} has the namespace \`${already}\`, and that is never changed.`,
      );
    }
    const list = await allowed({ ...ctx, db: c.db });
    if (!list.includes(namespace)) {
      throw new DomainError(
        'invalid',
        `Nothing was assigned: \`${namespace}\` is not on the list of allowed namespaces.`,
        {
          todo: `Allowed are ${list.join(', ')}. Operators change the list with \`/org operator namespace-allow\`.`,
          field: 'namespace',
        },
      );
    }
    await c.db.insert(assignedNamespaces).values({ organizationId: c.organization.id, name: namespace });
    c.audit({ action: 'organization.namespace-assigned', target: namespace });
    return { organization: name, namespace };
  });
};
