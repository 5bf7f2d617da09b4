import type { Context } from '../../../src/core/context.ts';
import { expireGrants } from '../../../src/core/grant/expire.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { openGrants } from '../../../src/core/grant/open.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { deactivateMember, reactivateMember } from '../../../src/core/member/set-state.ts';
import { setSetting } from '../../../src/core/organization/set-setting.ts';
import { createProject } from '../../../src/core/project/create.ts';
import { deleteProject } from '../../../src/core/project/delete.ts';
import { breakGlass } from '../../../src/core/request/break-glass.ts';
import { cancelRequest } from '../../../src/core/request/cancel.ts';
import { approveRequest, denyRequest } from '../../../src/core/request/decide.ts';
import { editRequest } from '../../../src/core/request/edit.ts';
import { escalateRequests } from '../../../src/core/request/escalate.ts';
import { expireRequests } from '../../../src/core/request/expire.ts';
import { extendRequest } from '../../../src/core/request/extend.ts';
import { openRequest } from '../../../src/core/request/open.ts';
import { returnRequest } from '../../../src/core/request/return.ts';
import { createRole } from '../../../src/core/role/create.ts';
import { deleteRole } from '../../../src/core/role/delete.ts';
import { editRole } from '../../../src/core/role/edit.ts';
import { cardNow, PROJECT, ROLE, type Scene } from './scene.ts';
import { type Job, MEANINGS, type Plain, type Who } from './step.ts';

/** Who takes this step. */
export const actorOf = (step: Plain): Who => {
  switch (step.do) {
    case 'approve':
    case 'deny':
      return step.by;
    case 'open':
    case 'extend':
    case 'edit':
    case 'cancel':
    case 'return':
    case 'take':
      return 'dana';
    default:
      return 'ines';
  }
};

/** Does what the step says, in that context; `number` is the request that it is about. */
export const act = async (scene: Scene, ctx: Context, step: Plain, number: number): Promise<unknown> => {
  const organizationId = scene.acme.id;
  const request = { organizationId, request: `REQ-${number}` };
  const role = { organizationId, role: ROLE, scope: 'project' } as const;
  const there = { organizationId, project: PROJECT };
  const seconds = (hours: number) => ({ seconds: hours * 3600 });
  switch (step.do) {
    case 'open': {
      const from =
        step.from === null
          ? undefined
          : { at: new Date((await scene.clock.now()).getTime() + step.from * 3_600_000) };
      return openRequest(ctx, { ...there, role: ROLE, for: seconds(step.hours), from, reason: 'INC-1' });
    }
    case 'extend':
      return extendRequest(ctx, scene.acme.organization, {
        request: request.request,
        for: seconds(step.hours),
        reason: 'INC-1',
      });
    case 'edit':
      return editRequest(ctx, { ...request, for: seconds(step.hours), reason: step.reason });
    case 'cancel':
      return cancelRequest(ctx, request);
    case 'return':
      return returnRequest(ctx, request);
    case 'approve':
    case 'deny': {
      const cards = {
        typed: undefined,
        first: scene.first.get(number),
        now: await cardNow(scene, number),
      };
      const verb = step.do === 'approve' ? approveRequest : denyRequest;
      return verb(ctx, { ...request, reason: 'said so', seen: cards[step.card] });
    }
    case 'take':
      return breakGlass(ctx, { ...there, role: ROLE, reason: 'INC-1' });
    case 'right': {
      const owner = { ...there, person: { email: scene[step.of].email }, role: 'owner' };
      return step.has ? giveGrant(ctx, owner) : revokeGrants(ctx, owner);
    }
    case 'switch': {
      const person = { organizationId, person: { email: scene[step.who].email } };
      return step.on ? reactivateMember(ctx, person) : deactivateMember(ctx, person);
    }
    case 'policy': {
      if (ctx.actor.kind !== 'account') throw new Error('Nobody sets it');
      const approved = step.approved ? { approved: { request: 'REQ-0', by: 'a second person' } } : {};
      return setSetting(
        { ...ctx, actor: { ...ctx.actor, ...approved } },
        { organizationId, key: 'approvals-required', value: `${step.required}`, workspaceId: '' },
      );
    }
    case 'edit-role':
      return editRole(ctx, { ...role, permissions: MEANINGS[step.meaning] });
    case 'delete-role':
      return deleteRole(ctx, { ...role, replaceWith: 'developer' });
    case 'create-role':
      return createRole(ctx, { organizationId, name: ROLE, permissions: MEANINGS[0] });
    case 'delete-project':
      return deleteProject(ctx, there);
    case 'create-project':
      return createProject(ctx, { organizationId, name: PROJECT });
    case 'revoke':
      return revokeGrants(ctx, { ...there, person: { email: scene.dana.email } });
  }
};

export const runJob = (ctx: Context, job: Job): Promise<number> =>
  ({
    'expire-requests': expireRequests,
    'expire-grants': expireGrants,
    'open-grants': openGrants,
    escalate: escalateRequests,
  })[job](ctx);
