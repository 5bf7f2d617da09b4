import { requests } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { activeMember, type Change } from '../change.ts';
import { newId } from '../id.ts';
import { loadPolicies } from '../organization/policy.ts';
import type { Project } from '../project/find.ts';
import type { Role } from '../role/find.ts';
import { announceRequest } from './announce.ts';
import { matterOf } from './deciders.ts';
import { contentHash, requestName } from './find.ts';

/** What an administrator may not do alone, put in front of the operators as a request for somebody else. */
export interface Asked {
  /** `REQ-7` */
  asked: string;
}

/**
 * Opens a request on the operators' queue: naming an administrator (CW-09), giving an operator-only role (CW-46), or
 * the last step of a removal (CW-38). The actor's own right to want it has been checked by the caller.
 */
export const askOperators = async (
  c: Change,
  wanted: {
    kind: 'administrator' | 'grant' | 'removal';
    beneficiary: Holder;
    role?: Role | undefined;
    project?: Pick<Project, 'id' | 'name'> | undefined;
    reason?: string | undefined;
  },
): Promise<Asked> => {
  const me = activeMember(c);
  const { actor } = c.ctx;
  if (actor.kind !== 'account') throw new Error('Only a chat account asks operators');
  const { kind, beneficiary, role, project } = wanted;
  const policies = await loadPolicies(c.db, c.organization.id);
  const content = {
    requesterId: me.id,
    beneficiaryId: beneficiary.id,
    roleId: role?.id ?? null,
    roleVersion: role?.version ?? 0,
    projectId: project?.id ?? null,
    startsAt: null,
    seconds: null,
    reason: wanted.reason ?? '',
  };
  c.count('requests', 1);
  const [row] = await c.db
    .insert(requests)
    .values({
      ...content,
      organizationId: c.organization.id,
      id: newId(),
      number: c.counters.requests,
      kind,
      roleName: role?.name ?? (kind === 'removal' ? 'removal' : 'none'),
      projectName: project?.name ?? null,
      roleScope: project ? 'project' : 'organization',
      contentHash: contentHash(content),
      toOperators: true,
      askedOn: actor.platform,
      askedIn: actor.workspaceId,
      expiresAt: new Date(c.now.getTime() + policies.of(role?.name ?? null)['request-life'] * 1000),
    })
    .returning();
  if (!row) throw new Error('The request was not written');
  await announceRequest(c, row, matterOf(row, role, policies));
  c.audit({
    action: 'request.opened',
    target: requestName(row),
    reason: content.reason,
    facts: {
      kind,
      for: beneficiary.email,
      role: role?.name ?? null,
      project: project?.name ?? null,
      operators: true,
    },
  });
  return { asked: requestName(row) };
};
