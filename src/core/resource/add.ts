import { resources } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { findMember, type Person } from '../member/find.ts';
import { assignedNamespace } from '../organization/assigned-namespace.ts';
import { findProject } from '../project/find.ts';
import { resourceType } from './type.ts';

export interface Registered {
  id: string;
  type: string;
  name: string;
  owner: string | null;
  project: string | null;
  /** The Kubernetes namespace of the organization, which everything of it resides in (CD-18). */
  namespace: string | null;
}

/** Registers a thing to the organization, perhaps in a project, perhaps owned by a member. */
export const addResource = async (
  ctx: Context,
  input: {
    organizationId: string;
    type: string;
    name: string;
    owner?: Person | undefined;
    project?: string | undefined;
  },
): Promise<Registered> =>
  change(ctx, input.organizationId, async (c) => {
    const project = input.project === undefined ? undefined : await findProject(c, input.project);
    need(c, 'registry:write', 'register resources', project?.id);
    const type = resourceType(c.organization.model, input.type);
    const name = input.name.trim();
    const owner = input.owner && (await findMember(c, input.owner));
    const id = newId();
    const made = await c.db
      .insert(resources)
      .values({
        organizationId: c.organization.id,
        id,
        type,
        name,
        projectId: project?.id ?? null,
        ownerId: owner?.id ?? null,
      })
      .onConflictDoNothing({ target: [resources.organizationId, resources.type, resources.name] })
      .returning({ id: resources.id });
    if (made.length === 0) {
      throw new DomainError(
        'taken',
        `Nothing was registered: there is \`${name.slice(0, 60)}\` of type \`${type}\` already.`,
        { todo: 'Remove that one first, or use another name.', field: 'name' },
      );
    }
    const registered = { type, name, owner: owner?.email ?? null, project: project?.name ?? null };
    c.audit({
      action: 'resource.added',
      target: `${type} ${name}`,
      facts: { owner: registered.owner, project: registered.project },
    });
    const namespace = await assignedNamespace(c.db, c.organization.id);
    return { id, ...registered, namespace };
  });
