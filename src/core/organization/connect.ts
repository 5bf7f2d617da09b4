import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { connections, organizations, workspaces } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';

export interface ActingWorkspace {
  id: string;
  name: string;
  /** False where whoever acts does not manage the workspace there; undefined where the platform cannot tell. */
  managed?: boolean | undefined;
}

/** Posting to a workspace is for those to allow who run it, where the platform says who they are. */
export const needManaged = (workspace: ActingWorkspace, unchanged: string): void => {
  if (workspace.managed !== false) return;
  throw new DomainError(
    'forbidden',
    workspace.id === ''
      ? `${unchanged}: this is a direct message, not a workspace.`
      : `${unchanged}: only those who manage ${workspace.name} may connect it.`,
    {
      todo:
        workspace.id === ''
          ? 'Type the command in the workspace itself.'
          : 'Ask one of them to give you the right to manage it, or to do this together with you.',
    },
  );
};

export const rememberWorkspace = async (
  db: Db,
  platform: string,
  workspace: ActingWorkspace,
): Promise<void> => {
  await db
    .insert(workspaces)
    .values({ platform, id: workspace.id, name: workspace.name })
    .onConflictDoNothing();
};

/** An administrator ties the organization to the workspace they are in: the one way to reach an unconnected one. */
export const connectOrganization = async (
  ctx: Context,
  input: { slug: string; workspace: ActingWorkspace },
): Promise<{ name: string; already: boolean }> => {
  const { actor } = ctx;
  if (actor.kind !== 'account') throw new Error('Only a chat account can connect an organization');
  const [found] = await ctx.db.select().from(organizations).where(eq(organizations.slug, input.slug));
  const unknown = new DomainError(
    'not-found',
    `Nothing was connected: you run no organization \`${input.slug}\`.`,
    { todo: 'See yours with `/org list`.', field: 'slug' },
  );
  if (!found) throw unknown;
  return change(ctx, found.id, async (c) => {
    if (!c.me?.roles.some((held) => held.administers) || c.me.state !== 'active') throw unknown;
    needManaged(input.workspace, 'Nothing was connected');
    await rememberWorkspace(c.db, actor.platform, input.workspace);
    const made = await c.db
      .insert(connections)
      .values({ platform: actor.platform, workspaceId: input.workspace.id, organizationId: found.id })
      .onConflictDoNothing()
      .returning({ id: connections.organizationId });
    if (made.length > 0) {
      c.audit({ action: 'organization.connected', target: `${actor.platform}:${input.workspace.id}` });
    }
    return { name: found.name, already: made.length === 0 };
  });
};

export const disconnectOrganization = async (
  ctx: Context,
  input: { organizationId: string; workspaceId: string },
): Promise<{ name: string }> => {
  const { actor } = ctx;
  if (actor.kind !== 'account') throw new Error('Only a chat account can disconnect an organization');
  return change(ctx, input.organizationId, async (c) => {
    need(c, 'settings:write', 'disconnect this workspace');
    const gone = await c.db
      .delete(connections)
      .where(
        and(
          eq(connections.platform, actor.platform),
          eq(connections.workspaceId, input.workspaceId),
          eq(connections.organizationId, input.organizationId),
        ),
      )
      .returning({ id: connections.organizationId });
    if (gone.length > 0) {
      c.audit({ action: 'organization.disconnected', target: `${actor.platform}:${input.workspaceId}` });
    }
    return { name: c.organization.name };
  });
};
