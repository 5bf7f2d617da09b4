import { requests } from '../../db/schema/index.ts';
import { activeMember, type Change } from '../change.ts';
import { newId } from '../id.ts';
import type { Project } from '../project/find.ts';
import type { Role } from '../role/find.ts';
import { contentHash, type Request } from './find.ts';

type Row = typeof requests.$inferInsert;

interface Wanted
  extends Pick<Row, 'kind' | 'beneficiaryId' | 'reason' | 'change'>,
    Partial<Pick<Row, 'startsAt' | 'seconds' | 'state' | 'accessEndsAt' | 'settledAt' | 'toOperators'>> {
  role: Role | undefined;
  /** What stands where the role's name would, when there is none. */
  instead?: string;
  project: Pick<Project, 'id' | 'name'> | undefined;
  /** Seconds that it lives. */
  life: number;
}

/** Numbers and writes what the actor asks for, or takes, as asked from the chat that they use. */
export const writeRequest = async (c: Change, wanted: Wanted): Promise<Request> => {
  const { actor } = c.ctx;
  if (actor.kind !== 'account') throw new Error('Only a chat account asks');
  const { role, project, life, instead = 'none', ...given } = wanted;
  const content = {
    ...given,
    requesterId: activeMember(c).id,
    roleId: role?.id ?? null,
    roleVersion: role?.version ?? 0,
    projectId: project?.id ?? null,
    startsAt: given.startsAt ?? null,
    seconds: given.seconds ?? null,
    reason: given.reason ?? '',
  };
  c.count('requests', 1);
  const [row] = await c.db
    .insert(requests)
    .values({
      ...content,
      organizationId: c.organization.id,
      id: newId(),
      number: c.counters.requests,
      roleName: role?.name ?? instead,
      projectName: project?.name ?? null,
      roleScope: project ? 'project' : 'organization',
      contentHash: contentHash(content),
      askedOn: actor.platform,
      askedIn: actor.workspaceId,
      expiresAt: new Date(c.now.getTime() + life * 1000),
    })
    .returning();
  if (!row) throw new Error('The request was not written');
  return row;
};
