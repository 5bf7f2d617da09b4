import { and, eq, ne } from 'drizzle-orm';
import { requests, type StoredChange } from '../../db/schema/index.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { loadPolicies } from '../organization/policy.ts';
import type { Project } from '../project/find.ts';
import { type Announced, announceRequest } from './announce.ts';
import { matterOf } from './deciders.ts';
import { type Request, requestName } from './find.ts';
import { writeRequest } from './write.ts';

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
    const policies = await loadPolicies(c.db, c.organization.id);
    const row = await writeRequest(c, {
      kind: 'change',
      beneficiaryId: input.beneficiaryId ?? me.id,
      role: undefined,
      instead: input.change.command,
      project: input.project,
      reason: input.reason ?? '',
      change: input.change,
      life: policies.organization['request-life'],
    });
    await needOnlyOne(c, row);
    const announced = await announceRequest(c, row, matterOf(row, undefined, policies));
    c.audit({
      action: 'request.opened',
      target: requestName(row),
      reason: row.reason,
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

const needOnlyOne = async (c: Change, request: Request): Promise<void> => {
  const same = await c.db
    .select({ number: requests.number, expiresAt: requests.expiresAt })
    .from(requests)
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.state, 'pending'),
        eq(requests.contentHash, request.contentHash),
        ne(requests.id, request.id),
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
