import { eq } from 'drizzle-orm';
import {
  connections,
  installation,
  ledgers,
  members,
  organizations,
  principals,
  roles,
} from '../../db/schema/index.ts';
import { DEFAULT_MODEL, type ModelName, modelNames, models } from '../access/models/index.ts';
import { change, transact } from '../change.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { type ActingWorkspace, needManaged, rememberWorkspace } from './connect.ts';
import type { Organization } from './organization.ts';
import { slugFrom } from './slug.ts';

/**
 * Makes an organization with the model's built-in roles; the actor becomes its administrator, and it is connected to
 * the workspace that the command came from. The first one of an installation is the default one (rule 7).
 */
export const createOrganization = async (
  ctx: Context,
  input: { name: string; slug?: string; model?: string; workspace: ActingWorkspace },
): Promise<Organization> => {
  const { actor } = ctx;
  if (actor.kind !== 'account' || !actor.userId) {
    throw new DomainError('not-linked', 'No organization was created: I do not know who you are yet.', {
      todo: 'Link this chat account first with `/access link start`.',
    });
  }
  if (ctx.installation.createOrganizations === 'operators' && !actor.operator) {
    throw new DomainError('forbidden', 'No organization was created: here only operators create them.', {
      todo: 'Ask an operator of this installation.',
    });
  }
  needManaged(input.workspace, 'No organization was created');
  const name = input.name.trim();
  const slug = slugFrom(input.slug ?? name);
  const model = models[modelName(input.model)];
  const id = newId();
  const userId = actor.userId;
  const roleRows = model.roles.map((role) => ({
    organizationId: id,
    id: newId(),
    scope: role.scope,
    name: role.name,
    description: role.description,
    permissions: [...role.permissions],
    builtIn: true,
    administers: role.administers ?? false,
  }));
  const creatorRole = roleRows.find((role) => role.administers);
  return transact(ctx, async (db) => {
    await rememberWorkspace(db, actor.platform, input.workspace);
    const made = await db
      .insert(organizations)
      .values({ id, slug, name, model: model.name })
      .onConflictDoNothing({ target: organizations.slug })
      .returning({ id: organizations.id });
    if (made.length === 0) {
      throw new DomainError('taken', `No organization was created: \`${slug}\` is not available.`, {
        todo: 'Choose another with `slug:`.',
        field: 'slug',
      });
    }
    await db.insert(roles).values(roleRows);
    await db.insert(ledgers).values({ organizationId: id, admins: 1, members: 1 });
    await db
      .insert(principals)
      .values({ organizationId: id, id: userId, kind: 'member', roleId: creatorRole?.id ?? null });
    await db.insert(members).values({ organizationId: id, userId, email: actor.email ?? '' });
    await db
      .insert(connections)
      .values({ platform: actor.platform, workspaceId: input.workspace.id, organizationId: id });
    await changeInstallation({ ...ctx, db, interaction: undefined }, async (outer) => {
      if (outer.defaultOrganizationId !== null) return;
      await outer.db
        .update(installation)
        .set({ defaultOrganizationId: id })
        .where(eq(installation.singleton, true));
      outer.audit({ action: 'installation.default-moved', target: slug, facts: { before: null } });
    });
    return change({ ...ctx, db, interaction: undefined }, id, async (c) => {
      c.audit({ action: 'organization.created', target: slug, facts: { name, model: model.name } });
      c.audit({ action: 'organization.connected', target: `${actor.platform}:${input.workspace.id}` });
      return c.organization;
    });
  });
};

const modelName = (typed: string | undefined): ModelName => {
  if (typed === undefined) return DEFAULT_MODEL;
  const name = modelNames.find((known) => known === typed.toLowerCase());
  if (name) return name;
  throw new DomainError('invalid', `No organization was created: there is no access model \`${typed}\`.`, {
    todo: `Choose one of ${modelNames.join(', ')}.`,
    field: 'model',
  });
};
