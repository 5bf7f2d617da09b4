import type { Holder } from '../access/evaluate.ts';
import type { Change } from '../change.ts';
import { loadPolicies } from '../organization/policy.ts';
import type { Project } from '../project/find.ts';
import type { Role } from '../role/find.ts';
import { announceRequest } from './announce.ts';
import { matterOf } from './deciders.ts';
import { requestName } from './find.ts';
import { writeRequest } from './write.ts';

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
  const { kind, beneficiary, role, project } = wanted;
  const policies = await loadPolicies(c.db, c.organization.id);
  const row = await writeRequest(c, {
    kind,
    beneficiaryId: beneficiary.id,
    role,
    ...(kind === 'removal' ? { instead: 'removal' } : {}),
    project,
    reason: wanted.reason ?? '',
    toOperators: true,
    life: policies.of(role?.name ?? null)['request-life'],
  });
  await announceRequest(c, row, matterOf(row, role, policies));
  c.audit({
    action: 'request.opened',
    target: requestName(row),
    reason: row.reason,
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
