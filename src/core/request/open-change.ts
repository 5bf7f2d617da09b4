import { and, eq } from 'drizzle-orm';
import { requests, type StoredChange } from '../../db/schema/index.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { loadPolicies } from '../organization/policy.ts';
import type { Project } from '../project/find.ts';
import { type Announced, announceRequest } from './announce.ts';
import { matterOf } from './deciders.ts';
import { contentHash, requestName } from './find.ts';

export interface OpenedChange extends Announced {
  name: string;
  title: string;
  why: string;
  expiresAt: Date;
}

/**
 * Opens a request for a command that its actor may give, but not alone. Who decides holds the permission that the
 * command needs, there; the person whom it concerns decides as little as who asks.
 */
export const openChange = async (
  ctx: Context,
  input: {
    organizationId: string;
    change: StoredChange;
    beneficiaryId?: string | undefined;
    project?: Pick<Project, 'id' | 'name'> | undefined;
    reason?: string | undefined;
  },
): Promise<OpenedChange> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    const { actor } = ctx;
    if (actor.kind !== 'account') throw new Error('Only a chat account asks a second person');
    const policies = await loadPolicies(c.db, c.organization.id);
    const content = {
      requesterId: me.id,
      beneficiaryId: input.beneficiaryId ?? me.id,
      roleId: null,
      roleVersion: 0,
      projectId: input.project?.id ?? null,
      startsAt: null,
      seconds: null,
      reason: input.reason ?? '',
      change: input.change,
    };
    const hash = contentHash(content);
    await needNotOpen(c, hash);
    c.count('requests', 1);
    const [row] = await c.db
      .insert(requests)
      .values({
        ...content,
        organizationId: c.organization.id,
        id: newId(),
        number: c.counters.requests,
        kind: 'change',
        roleName: input.change.command,
        projectName: input.project?.name ?? null,
        roleScope: input.project ? 'project' : 'organization',
        contentHash: hash,
        askedOn: actor.platform,
        askedIn: actor.workspaceId,
        expiresAt: new Date(c.now.getTime() + policies.organization['request-life'] * 1000),
      })
      .returning();
    if (!row) throw new Error('The request was not written');
    const announced = await announceRequest(c, row, matterOf(row, undefined, policies));
    if (announced.toOperators) {
      await c.db
        .update(requests)
        .set({ toOperators: true })
        .where(and(eq(requests.organizationId, c.organization.id), eq(requests.id, row.id)));
    }
    c.audit({
      action: 'request.opened',
      target: requestName(row),
      reason: content.reason,
      facts: {
        kind: 'change',
        command: input.change.command,
        arguments: input.change.lines,
        operators: announced.toOperators,
      },
    });
    return {
      name: requestName(row),
      title: input.change.title,
      why: input.change.why,
      expiresAt: row.expiresAt,
      ...announced,
    };
  });

const needNotOpen = async (c: Change, hash: string): Promise<void> => {
  const same = await c.db
    .select({ number: requests.number, expiresAt: requests.expiresAt })
    .from(requests)
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.state, 'pending'),
        eq(requests.contentHash, hash),
      ),
    );
  const open = same.find(({ expiresAt }) => expiresAt > c.now);
  if (!open) return;
  throw new DomainError(
    'wrong-state',
    `Nothing was asked for: ${requestName(open)} asks for the same and is open.`,
    { todo: 'Wait for the decision, or cancel it.', facts: { request: requestName(open) } },
  );
};
