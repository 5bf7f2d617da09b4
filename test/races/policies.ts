import { sql } from 'drizzle-orm';
import { approve } from '../../src/commands/approve.ts';
import type { InOrganization } from '../../src/commands/command.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { leaveOrganization } from '../../src/core/member/remove.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { openChange } from '../../src/core/request/open-change.ts';
import { identify } from '../../src/core/user/identify.ts';
import { mintOrganization } from '../support/organization.ts';
import type { Person, World } from '../support/world.ts';
import type { Race, Run } from './race.ts';
import { APPROVED, OPEN, type Stage, setStage } from './stage.ts';

const forget = async ({ world, id }: Stage): Promise<void> => {
  await world.db.execute(sql`delete from settings where organization_id = ${id}`);
};

/** Sets a policy, as somebody whose context is made now. */
const setting = async ({ world, id }: Stage, by: Person, key: string, value: string): Promise<Run> => {
  const ctx = await world.as(by);
  return () => setSetting(ctx, { organizationId: id, key, value, workspaceId: world.workspace.id });
};

/** A pending request, and a policy that the administrator sets alone while nothing asks for a second person. */
const policyOf = (
  name: string,
  key: string,
  value: (stage: Stage) => string,
  approved: string,
  left: unknown,
): Race => ({
  name,
  stage: async (world) => {
    const stage = await setStage(world);
    return async () => {
      await forget(stage);
      const request = await stage.ask();
      return {
        organizationId: stage.id,
        runs: {
          approve: await request.approve(stage.oz),
          set: await setting(stage, stage.acme.admin, key, value(stage)),
        },
        left: request.left,
      };
    };
  },
  orders: {
    'approve, set': { approve: 'done', set: 'done', left: APPROVED },
    'set, approve': { set: 'done', approve: approved, left },
  },
});

const inCommands = async (world: World, stage: Stage, person: Person): Promise<InOrganization> => ({
  ...(await world.as(person)),
  caller: await identify(world.db, person.account, world.workspace.id, []),
  organization: stage.acme.organization,
  workspace: world.workspace,
  channel: undefined,
  submitted: false,
  profile: async () => ({ name: person.name }),
  personOf: async () => {
    throw new Error('Nobody is named');
  },
  health: async () => [],
});

const administrators = (world: World, id: string) =>
  world.count(sql`
    select count(*) as count from principals p join roles r on r.organization_id = p.organization_id and r.id = p.role_id
    where p.organization_id = ${id} and p.state = 'active' and r.administers and p.role_until is null`);

/** Policies are changed under the policy that stands, and an administrator stays, whoever comes first. */
export const policies: readonly Race[] = [
  policyOf('abuse 22: approve against a policy that takes two', 'approvals-required', () => '2', 'waits', {
    ...OPEN,
    decisions: 1,
    audited: ['approval.given'],
  }),
  policyOf(
    'abuse 22: approve against a policy that names other approvers',
    'approvers',
    ({ pia }) => pia.email,
    'forbidden',
    OPEN,
  ),
  policyOf(
    'abuse 22: approve against a policy that takes a passkey',
    'high-risk-roles',
    () => 'developer',
    'no-passkey',
    OPEN,
  ),
  {
    name: 'abuse 22: one administrator makes the policy ask for two while another weakens it',
    stage: async (world) => {
      const stage = await setStage(world);
      const ada = await stage.acme.member('Ada', { role: 'admin' });
      return async () => {
        await forget(stage);
        return {
          organizationId: stage.id,
          runs: {
            raise: await setting(stage, stage.acme.admin, 'approvals-required', '2'),
            weaken: await setting(stage, ada, 'reason-required', 'no'),
          },
          left: () =>
            world.count(
              sql`select count(*) as count from settings where organization_id = ${stage.id} and key = 'reason-required'`,
            ),
        };
      };
    },
    orders: {
      'raise, weaken': { raise: 'done', weaken: 'needs-approval', left: 0 },
      'weaken, raise': { weaken: 'done', raise: 'done', left: 1 },
    },
  },
  {
    name: 'abuse 22: the last approval of a weaker policy against an approval that counts under it',
    stage: async (world) => {
      const stage = await setStage(world);
      const { acme, id, oz } = stage;
      const [ada, bo] = [
        await acme.member('Ada', { role: 'admin' }),
        await acme.member('Bo', { role: 'admin' }),
      ];
      return async () => {
        await forget(stage);
        await stage.set('approvals-required', '2');
        const request = await stage.ask();
        const { name } = await openChange(await world.as(acme.admin), {
          organizationId: id,
          change: {
            command: 'org settings set',
            args: { key: 'approvals-required', value: '1' },
            permission: 'settings:write',
            title: 'One approval is enough',
            lines: [],
            why: 'A policy is never changed alone.',
          },
        });
        await approve(await inCommands(world, stage, ada), { request: name });
        const his = await inCommands(world, stage, bo);
        return {
          organizationId: id,
          runs: { approve: await request.approve(oz), weaken: () => approve(his, { request: name }) },
          left: request.left,
        };
      };
    },
    orders: {
      'approve, weaken': {
        approve: 'waits',
        weaken: 'done',
        left: { ...OPEN, decisions: 1, audited: ['approval.given'] },
      },
      'weaken, approve': { weaken: 'done', approve: 'done', left: APPROVED },
    },
  },
  {
    name: 'abuse 22 and rule 6: two last administrators demote each other',
    stage: async (world) => {
      const stage = await setStage(world);
      const { acme, id } = stage;
      const ada = await acme.member('Ada', { role: 'admin' });
      const demoting = async (by: Person, whom: Person): Promise<Run> => {
        const ctx = await world.as(by);
        return () =>
          changeMemberRole(ctx, { organizationId: id, person: { email: whom.email }, role: 'member' });
      };
      return async () => {
        for (const [by, whom] of [
          [ada, acme.admin],
          [acme.admin, ada],
        ] as const) {
          const again = { organizationId: id, person: { email: whom.email }, role: 'admin' };
          await changeMemberRole(await world.as(by), again).catch(() => undefined);
        }
        return {
          organizationId: id,
          runs: { ines: await demoting(acme.admin, ada), ada: await demoting(ada, acme.admin) },
          left: () => administrators(world, id),
        };
      };
    },
    orders: {
      'ines, ada': { ines: 'done', ada: 'forbidden', left: 1 },
      'ada, ines': { ada: 'done', ines: 'forbidden', left: 1 },
    },
  },
  {
    name: 'abuse 22 and rule 6: two last administrators leave',
    stage: async (world) => async () => {
      const acme = await mintOrganization(world);
      const ada = await acme.member('Ada', { role: 'admin' });
      const leaving = async (person: Person): Promise<Run> => {
        const ctx = await world.as(person);
        return () => leaveOrganization(ctx, { organizationId: acme.id });
      };
      return {
        organizationId: acme.id,
        runs: { ines: await leaving(acme.admin), ada: await leaving(ada) },
        left: () => administrators(world, acme.id),
      };
    },
    orders: {
      'ines, ada': { ines: 'done', ada: 'last-admin', left: 1 },
      'ada, ines': { ada: 'done', ines: 'last-admin', left: 1 },
    },
  },
];
