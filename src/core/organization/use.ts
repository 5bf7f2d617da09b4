import { currentOrganizations } from '../../db/schema/index.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';

/** Remembers the organization that an account means in a workspace when it names none. A preference, not audited. */
export const useOrganization = async (
  ctx: Context,
  input: { organizationId: string; workspaceId: string },
): Promise<void> => {
  const { actor } = ctx;
  if (actor.kind !== 'account') throw new Error('Only a chat account can choose an organization');
  if (input.workspaceId === '') {
    throw new DomainError('wrong-state', 'Nothing was chosen: a direct message is in no workspace.', {
      todo: 'Type it in a channel of the workspace that you mean.',
    });
  }
  await ctx.db
    .insert(currentOrganizations)
    .values({
      platform: actor.platform,
      workspaceId: input.workspaceId,
      externalId: actor.externalId,
      organizationId: input.organizationId,
    })
    .onConflictDoUpdate({
      target: [
        currentOrganizations.platform,
        currentOrganizations.workspaceId,
        currentOrganizations.externalId,
      ],
      set: { organizationId: input.organizationId },
    });
};
