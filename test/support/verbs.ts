import type { Context } from '../../src/core/context.ts';
import { askAboutFinding } from '../../src/core/drift/ask.ts';
import { acceptBaseline } from '../../src/core/drift/baseline.ts';
import { fixFindings } from '../../src/core/drift/fix.ts';
import { listFindings } from '../../src/core/drift/list.ts';
import { runDrift } from '../../src/core/drift/run.ts';
import { acceptFinding, snoozeFinding } from '../../src/core/drift/settle.ts';
import { setSchedule } from '../../src/core/drift-report/schedule.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { copyInvitation } from '../../src/core/invitation/copy.ts';
import { resendInvitation } from '../../src/core/invitation/resend.ts';
import { revokeInvitation } from '../../src/core/invitation/revoke.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { leaveOrganization, removeMember } from '../../src/core/member/remove.ts';
import { setExternalId } from '../../src/core/member/set-external-id.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { disconnectOrganization } from '../../src/core/organization/connect.ts';
import { setPolicy } from '../../src/core/organization/set-policy.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { createProject } from '../../src/core/project/create.ts';
import { deleteProject } from '../../src/core/project/delete.ts';
import { setDefaultRole } from '../../src/core/project/set-default-role.ts';
import { cancelRequest } from '../../src/core/request/cancel.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { openChange } from '../../src/core/request/open-change.ts';
import { returnRequest } from '../../src/core/request/return.ts';
import { startReview } from '../../src/core/review/start.ts';
import { invite, type Minted } from './organization.ts';
import type { Person } from './world.ts';

/** What the verbs below work on, made afresh for each of them. */
export interface Scene {
  here: Minted;
  dana: Person;
  frozen: Person;
  invited: string;
  /** Open and approved requests of Dana's. */
  open: string;
  approved: string;
  /** That there is a single administrator. */
  finding: string;
}

export interface Verb {
  name: string;
  run: (ctx: Context, organizationId: string, scene: Scene) => Promise<unknown>;
  /** Who does it; the administrator where nobody is named. */
  by?: 'dana';
  /** How a plain member's attempt ends; undefined where every member may. */
  refused: 'forbidden' | 'not-found' | undefined;
  /** Names a person, a request, an invitation or a project of the organization. */
  names: boolean;
}

export const setScene = async (here: Minted): Promise<Scene> => {
  const { world, id: organizationId } = here;
  await here.project('etl');
  const dana = await here.member('Dana', { projects: [{ project: 'etl', role: 'read-only' }] });
  const frozen = await here.member('Fro');
  const invited = world.stranger('Inv').email;
  await invite(here, invited);
  const ines = await world.as(here.admin);
  await deactivateMember(ines, { organizationId, person: { email: frozen.email } });
  const ask = async (role: string) =>
    openRequest(await world.as(dana), { organizationId, project: 'etl', role, reason: 'INC-77' });
  const [open, approved] = [await ask('developer'), await ask('runner')];
  await approveRequest(ines, { organizationId, request: approved.name });
  await runDrift(ines, here.organization);
  const [single] = (await listFindings(ines, here.organization, { rule: 'single-admin' })).items;
  const finding = single?.name ?? '';
  return { here, dana, frozen, invited, open: open.name, approved: approved.name, finding };
};

const person = (who: Person) => ({ person: { email: who.email } });
const admins = { refused: 'forbidden', names: true } as const;
/** Of a project that a plain member does not even see. */
const hidden = { refused: 'not-found', names: true } as const;
const own = { by: 'dana', refused: 'not-found', names: true } as const;

/** Every verb that changes an organization. */
export const verbs: readonly Verb[] = [
  {
    ...admins,
    name: 'project create',
    names: false,
    run: (ctx, organizationId) => createProject(ctx, { organizationId, name: 'made' }),
  },
  {
    ...admins,
    name: 'project delete',
    run: (ctx, organizationId) => deleteProject(ctx, { organizationId, project: 'etl' }),
  },
  {
    ...hidden,
    name: 'project default-role',
    run: (ctx, organizationId) => setDefaultRole(ctx, { organizationId, project: 'etl', role: 'runner' }),
  },
  {
    ...hidden,
    name: 'access grant',
    run: (ctx, organizationId, { dana }) =>
      giveGrant(ctx, { organizationId, ...person(dana), project: 'etl', role: 'owner' }),
  },
  {
    ...hidden,
    name: 'access revoke',
    run: (ctx, organizationId, { dana }) =>
      revokeGrants(ctx, { organizationId, ...person(dana), project: 'etl' }),
  },
  {
    ...admins,
    name: 'invite send',
    names: false,
    run: (ctx, organizationId) => sendInvitations(ctx, { organizationId, emails: ['made@example.com'] }),
  },
  {
    ...admins,
    name: 'invite resend',
    run: (ctx, organizationId, { invited }) => resendInvitation(ctx, { organizationId, email: invited }),
  },
  {
    ...admins,
    name: 'invite copy',
    run: (ctx, organizationId, { invited }) => copyInvitation(ctx, { organizationId, email: invited }),
  },
  {
    ...admins,
    name: 'invite revoke',
    run: (ctx, organizationId, { invited }) => revokeInvitation(ctx, { organizationId, email: invited }),
  },
  {
    ...admins,
    name: 'member role',
    run: (ctx, organizationId, { dana }) =>
      changeMemberRole(ctx, { organizationId, ...person(dana), role: 'admin' }),
  },
  {
    ...admins,
    name: 'member deactivate',
    run: (ctx, organizationId, { dana }) => deactivateMember(ctx, { organizationId, ...person(dana) }),
  },
  {
    ...admins,
    name: 'member reactivate',
    run: (ctx, organizationId, { frozen }) => reactivateMember(ctx, { organizationId, ...person(frozen) }),
  },
  {
    ...admins,
    name: 'member remove',
    run: (ctx, organizationId, { dana }) => removeMember(ctx, { organizationId, ...person(dana) }),
  },
  {
    ...admins,
    name: 'member external-id',
    run: (ctx, organizationId, { dana }) =>
      setExternalId(ctx, { organizationId, ...person(dana), externalId: 'e-1' }),
  },
  {
    ...admins,
    name: 'settings set',
    names: false,
    run: (ctx, organizationId, { here }) =>
      setSetting(ctx, {
        organizationId,
        key: 'request-life',
        value: '3d',
        workspaceId: here.world.workspace.id,
      }),
  },
  {
    ...admins,
    name: 'drift schedule',
    names: false,
    run: (ctx, organizationId, { here }) =>
      setSchedule(ctx, { organizationId, workspaceId: here.world.workspace.id, cron: '0 9 * * 1' }),
  },
  {
    ...admins,
    name: 'review start',
    names: false,
    run: (ctx, organizationId) => startReview(ctx, organizationId, {}),
  },
  {
    ...admins,
    name: 'settings set, several policies',
    names: false,
    run: (ctx, organizationId) =>
      setPolicy(ctx, {
        organizationId,
        values: { 'approvals-required': '2', 'max-for': '8h' },
        refuseChange: () => undefined,
      }),
  },
  {
    name: 'a change that waits for a second person',
    refused: undefined,
    names: false,
    run: (ctx, organizationId) =>
      openChange(ctx, {
        organizationId,
        change: {
          command: 'org member deactivate',
          args: { user: 'dana@example.com' },
          permission: 'members:write',
          title: 'Deactivate dana@example.com',
          lines: [],
          why: 'Nobody does it alone.',
        },
      }),
  },
  {
    ...admins,
    name: 'disconnect',
    names: false,
    run: (ctx, organizationId, { here }) =>
      disconnectOrganization(ctx, { organizationId, workspaceId: here.world.workspace.id }),
  },
  {
    ...admins,
    name: 'drift snooze',
    run: (ctx, organizationId, { finding }) =>
      snoozeFinding(ctx, { organizationId, finding, until: { seconds: 3600 }, reason: 'later' }),
  },
  {
    ...admins,
    name: 'drift accept',
    run: (ctx, organizationId, { finding }) =>
      acceptFinding(ctx, { organizationId, finding, reason: 'a small team' }),
  },
  {
    ...admins,
    name: 'drift accept, of everything',
    names: false,
    run: (ctx, organizationId, { here }) => acceptBaseline(ctx, { ...here.organization, id: organizationId }),
  },
  {
    ...admins,
    name: 'drift ask',
    run: (ctx, organizationId, { finding, dana }) =>
      askAboutFinding(ctx, { organizationId, finding, ...person(dana) }),
  },
  {
    ...admins,
    name: 'drift fix',
    run: (ctx, organizationId, { finding, dana, here }) =>
      fixFindings(
        ctx,
        { ...here.organization, id: organizationId },
        { target: { finding }, seen: undefined },
        (inside) => changeMemberRole(inside, { organizationId, ...person(dana), role: 'admin' }),
      ),
  },
  {
    name: 'request approve',
    refused: 'forbidden',
    names: true,
    run: (ctx, organizationId, { open }) => approveRequest(ctx, { organizationId, request: open }),
  },
  {
    name: 'request deny',
    refused: 'forbidden',
    names: true,
    run: (ctx, organizationId, { open }) => denyRequest(ctx, { organizationId, request: open, reason: 'no' }),
  },
  {
    ...own,
    name: 'request cancel',
    run: (ctx, organizationId, { open }) => cancelRequest(ctx, { organizationId, request: open }),
  },
  {
    ...own,
    name: 'request return',
    run: (ctx, organizationId, { approved }) => returnRequest(ctx, { organizationId, request: approved }),
  },
  {
    ...own,
    name: 'request edit',
    run: (ctx, organizationId, { open }) =>
      editRequest(ctx, { organizationId, request: open, reason: 'INC-78' }),
  },
  {
    name: 'request new',
    by: 'dana',
    refused: undefined,
    names: true,
    run: (ctx, organizationId) =>
      openRequest(ctx, { organizationId, project: 'etl', role: 'owner', reason: 'x' }),
  },
  {
    name: 'leave',
    by: 'dana',
    refused: undefined,
    names: false,
    run: (ctx, organizationId) => leaveOrganization(ctx, { organizationId }),
  },
];
