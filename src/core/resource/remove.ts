import { and, eq } from 'drizzle-orm';
import { resources } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { type FoundResource, findManaged } from './find.ts';

/** Takes a thing off the register: from then on decisions about it believe what their caller says of it. */
export const removeResource = async (
  ctx: Context,
  input: { organizationId: string; type: string; name: string },
): Promise<FoundResource> =>
  change(ctx, input.organizationId, async (c) => {
    const found = await findManaged(c, 'remove resources', input);
    await c.db
      .delete(resources)
      .where(and(eq(resources.organizationId, c.organization.id), eq(resources.id, found.id)));
    c.audit({
      action: 'resource.removed',
      target: `${found.type} ${found.name}`,
      facts: { owner: found.owner, project: found.project },
    });
    return found;
  });
