import { sql } from 'drizzle-orm';
import type { Context } from '../../src/core/context.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { leaveOrganization, removeMember } from '../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { createRole } from '../../src/core/role/create.ts';
import { deleteRole } from '../../src/core/role/delete.ts';
import { editRole } from '../../src/core/role/edit.ts';
import { addOperator as nameOperator } from '../../src/core/user/add-operator.ts';
import { removeOperator } from '../../src/core/user/remove-operator.ts';
import { addOperator } from '../support/operators.ts';
import { mintOrganization } from '../support/organization.ts';
import type { Person } from '../support/world.ts';
import type { Race, Run } from './race.ts';
import { APPROVED, CANCELLED, type Left, OPEN, type Stage, setStage } from './stage.ts';

/** What becomes of the approver, as the administrator does it; it comes back before the next round. */
interface Loss {
  name: string;
  /** The approver of this round, with everything that it takes. */
  approver(stage: Stage): Promise<Person>;
  lose(stage: Stage, ines: Context, who: { organizationId: string; person: { email: string } }): Run;
  /** What the approver hears when the loss was first. */
  refused: string;
}

const kims = (): ((stage: Stage) => Promise<Person>) => {
  let kim: Person | undefined;
  return async (stage) => {
    kim ??= await stage.owner('Kim');
    await stage.regrant(kim);
    return kim;
  };
};

const LEAD = ['*:*', 'requests:decide', 'grants:write'];

const losses: readonly Loss[] = [
  {
    name: 'abuse 11: approve against the revoking of the approver’s role',
    approver: kims(),
    lose: (_, ines, who) => () => revokeGrants(ines, { ...who, project: 'etl' }),
    refused: 'forbidden',
  },
  {
    name: 'abuse 11: approve against a demotion of the approver',
    approver: async (stage) => {
      const ines = await stage.world.as(stage.acme.admin);
      await stage.regrant(stage.oz, 'runner');
      const who = { organizationId: stage.id, person: { email: stage.oz.email } };
      await revokeGrants(ines, { ...who, project: 'etl' });
      await changeMemberRole(ines, { ...who, role: 'admin' });
      return stage.oz;
    },
    lose: (_, ines, who) => () => changeMemberRole(ines, { ...who, role: 'member' }),
    refused: 'forbidden',
  },
  {
    name: 'abuse 11: approve against the deactivation of the approver',
    approver: async (stage) => {
      const ines = await stage.world.as(stage.acme.admin);
      const who = { organizationId: stage.id, person: { email: stage.oz.email } };
      if ((await stage.acme.holder(stage.oz)).state === 'deactivated') await reactivateMember(ines, who);
      return stage.oz;
    },
    lose: (_, ines, who) => () => deactivateMember(ines, who),
    refused: 'deactivated',
  },
  {
    name: 'abuse 11: approve against the removal of the approver',
    approver: (stage) => stage.owner('Kim'),
    lose: (_, ines, who) => () => removeMember(ines, who),
    refused: 'not-member',
  },
  {
    name: 'abuse 11: approve against an edit of the role that the approver decides by',
    approver: async (stage) => {
      const ines = await stage.world.as(stage.acme.admin);
      const role = { organizationId: stage.id, scope: 'project', permissions: LEAD } as const;
      await createRole(ines, { ...role, name: 'lead' }).catch(() =>
        editRole(ines, { ...role, role: 'lead' }),
      );
      await revokeGrants(ines, {
        ...role,
        person: { email: stage.oz.email },
        project: 'etl',
        role: 'owner',
      }).catch(() => undefined);
      await stage.regrant(stage.oz, 'lead');
      return stage.oz;
    },
    lose: (stage, ines) => () =>
      editRole(ines, {
        organizationId: stage.id,
        scope: 'project',
        role: 'lead',
        remove: ['requests:decide'],
      }),
    refused: 'forbidden',
  },
  {
    name: 'abuse 11: approve against the deletion of the role that the approver decides by',
    approver: async (stage) => {
      const ines = await stage.world.as(stage.acme.admin);
      const role = { organizationId: stage.id, scope: 'project', permissions: LEAD } as const;
      await createRole(ines, { ...role, name: 'lead' }).catch(() => undefined);
      await revokeGrants(ines, { ...role, person: { email: stage.oz.email }, project: 'etl' });
      await stage.regrant(stage.oz, 'lead');
      return stage.oz;
    },
    lose: (stage, ines) => () =>
      deleteRole(ines, { organizationId: stage.id, scope: 'project', role: 'lead', replaceWith: 'runner' }),
    refused: 'forbidden',
  },
];

const lossOf = ({ name, approver, lose, refused }: Loss): Race => ({
  name,
  stage: async (world) => {
    const stage = await setStage(world);
    return async () => {
      const by = await approver(stage);
      const request = await stage.ask();
      const who = { organizationId: stage.id, person: { email: by.email } };
      const ines = await world.as(stage.acme.admin);
      return {
        organizationId: stage.id,
        runs: { approve: await request.approve(by), lose: lose(stage, ines, who) },
        left: request.left,
      };
    };
  },
  orders: {
    'approve, lose': { approve: 'done', lose: 'done', left: APPROVED },
    'lose, approve': { lose: 'done', approve: refused, left: OPEN },
  },
});

/** What becomes of the requester; `after`: what it leaves of access that was approved before. */
const requesterOf = (
  name: string,
  go: (who: { organizationId: string; person: { email: string } }, ines: Context, hers: Context) => Run,
  left: { before: Left; after: Left },
): Race => ({
  name,
  stage: async (world) => {
    const stage = await setStage(world);
    return async () => {
      const dana = await stage.acme.member('Dana');
      const request = await stage.ask(dana);
      const who = { organizationId: stage.id, person: { email: dana.email } };
      return {
        organizationId: stage.id,
        runs: {
          approve: await request.approve(stage.oz),
          go: go(who, await world.as(stage.acme.admin), await world.as(dana)),
        },
        left: request.left,
      };
    };
  },
  orders: {
    'approve, go': { approve: 'done', go: 'done', left: left.after },
    'go, approve': { go: 'done', approve: 'wrong-state', left: left.before },
  },
});

const GONE = {
  before: CANCELLED,
  after: { ...APPROVED, state: 'ended', grants: 0, hours: 0, audited: ['request.approved', 'request.ended'] },
};

/** Somebody’s standing changes while somebody approves: whatever was committed first holds for the other. */
export const standing: readonly Race[] = [
  ...losses.map(lossOf),
  {
    name: 'abuse 11: approve against the end of the approver’s role by the clock',
    stage: async (world) => {
      const stage = await setStage(world);
      const { acme, id, oz } = stage;
      return async () => {
        await stage.regrant(oz);
        const request = await stage.ask();
        const ozId = await acme.userId(oz.email);
        const time = () =>
          world.db.execute(sql`
            update grants set expires_at = clock_timestamp() where organization_id = ${id} and principal_id = ${ozId}`);
        return {
          organizationId: id,
          runs: {
            approve: await request.approve(oz),
            time: async () => {
              await time();
            },
          },
          left: request.left,
        };
      };
    },
    free: ['time'],
    orders: {
      'approve, time': { approve: 'done', time: 'done', left: APPROVED },
      'time, approve': { time: 'done', approve: 'forbidden', left: OPEN },
    },
  },
  {
    name: 'abuse 11: approve against the end of the approver’s being an operator',
    stage: async (world) => {
      const stage = await setStage(world);
      await stage.set('approvals-required', '9');
      const [olga, olaf] = [await world.person('Olga'), await world.person('Olaf')];
      await addOperator(world, olaf);
      return async () => {
        await addOperator(world, olga);
        const request = await stage.ask();
        const his = await world.as(olaf);
        return {
          organizationId: stage.id,
          runs: {
            approve: await request.approve(olga),
            lose: () => removeOperator(his, { email: olga.email }),
          },
          left: request.left,
        };
      };
    },
    free: ['lose'],
    orders: {
      'approve, lose': { approve: 'done', lose: 'done', left: APPROVED },
      'lose, approve': { lose: 'done', approve: 'not-found', left: OPEN },
    },
  },
  {
    name: 'abuse 11: an operator names an accomplice against the end of their being one',
    stage: async (world) => {
      const { id } = await mintOrganization(world);
      const [olga, olaf] = [await world.person('Olga'), await world.person('Olaf')];
      await addOperator(world, olaf);
      return async () => {
        await addOperator(world, olga);
        const { email } = world.stranger('Eve');
        const [hers, his] = [await world.as(olga), await world.as(olaf)];
        return {
          organizationId: id,
          hold: sql`select from installation for update`,
          runs: {
            name: () => nameOperator(hers, { email }),
            lose: () => removeOperator(his, { email: olga.email }),
          },
          left: () =>
            world.count(sql`
              select count(*) as count from operators o join users u on u.id = o.user_id where u.email = ${email}`),
        };
      };
    },
    orders: {
      'name, lose': { name: 'done', lose: 'done', left: 1 },
      'lose, name': { lose: 'done', name: 'forbidden', left: 0 },
    },
  },
  requesterOf(
    'abuse 11: approve against the deactivation of the requester',
    (who, ines) => () => deactivateMember(ines, who),
    { before: OPEN, after: APPROVED },
  ),
  requesterOf(
    'abuse 11: approve against the removal of the requester',
    (who, ines) => () => removeMember(ines, who),
    GONE,
  ),
  requesterOf(
    'abuse 11: approve against the requester’s leaving',
    (who, _, hers) => () => leaveOrganization(hers, who),
    GONE,
  ),
];
