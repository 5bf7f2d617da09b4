import { permissionsAt } from '../../src/core/access/evaluate.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { createRole } from '../../src/core/role/create.ts';
import { editRole } from '../../src/core/role/edit.ts';
import type { Person } from '../support/world.ts';
import type { Race } from './race.ts';
import { type Stage, setStage } from './stage.ts';

/** The roles that somebody holds in a project by grants. */
const held = async ({ acme }: Stage, person: Person, project = 'etl'): Promise<string[]> =>
  (await acme.holder(person)).roles
    .filter((role) => role.through === 'grant' && role.project === project)
    .map((role) => role.role)
    .sort();

const takeAll = async (stage: Stage, person: Person): Promise<unknown> =>
  revokeGrants(await stage.world.as(stage.acme.admin), {
    organizationId: stage.id,
    person: { email: person.email },
    project: 'all',
  }).catch(() => undefined);

const KEEPER = ['flows:read', 'grants:write'];
const LEAD = ['flows:read', 'flows:delete', 'grants:write'];

/** Oz gives Dana a role that is no wider than what Oz holds, and holds less meanwhile. */
const cut = (
  name: string,
  refused: string,
  set: (stage: Stage) => Promise<unknown>,
  lose: (stage: Stage) => Promise<() => Promise<unknown>>,
): Race => ({
  name,
  stage: async (world) => {
    const stage = await setStage(world);
    const { acme, id, oz, dana } = stage;
    const ines = await world.as(acme.admin);
    await createRole(ines, { organizationId: id, name: 'lead', scope: 'project', permissions: LEAD });
    await createRole(ines, {
      organizationId: id,
      name: 'wide',
      scope: 'project',
      permissions: ['flows:delete'],
    });
    return async () => {
      await takeAll(stage, dana);
      await set(stage);
      const his = await world.as(oz);
      const person = { email: dana.email };
      return {
        organizationId: id,
        runs: {
          give: () => giveGrant(his, { organizationId: id, person, project: 'etl', role: 'wide' }),
          cut: await lose(stage),
        },
        left: () => held(stage, dana),
      };
    };
  },
  orders: {
    'give, cut': { give: 'done', cut: 'done', left: ['wide'] },
    'cut, give': { cut: 'done', give: refused, left: [] },
  },
});

const withLead = async (stage: Stage): Promise<void> => {
  await takeAll(stage, stage.oz);
  await editRole(await stage.world.as(stage.acme.admin), {
    organizationId: stage.id,
    scope: 'project',
    role: 'lead',
    permissions: LEAD,
  });
  await stage.regrant(stage.oz, 'lead');
};

/** What somebody may give is what they hold at that moment, and where what a role allows changes, on the result. */
export const giving: readonly Race[] = [
  cut(
    'abuse 20: a grant against the revoking of what its giver may give',
    'not-found',
    (stage) => stage.regrant(stage.oz),
    async (stage) => {
      const ines = await stage.world.as(stage.acme.admin);
      return () =>
        revokeGrants(ines, { organizationId: stage.id, person: { email: stage.oz.email }, project: 'etl' });
    },
  ),
  cut(
    'abuse 20: a grant against an edit that takes the permission from its giver',
    'not-given',
    withLead,
    async (stage) => {
      const ines = await stage.world.as(stage.acme.admin);
      const role = { organizationId: stage.id, scope: 'project', role: 'lead' } as const;
      return () => editRole(ines, { ...role, remove: ['flows:delete'] });
    },
  ),
  cut(
    'abuse 20: a grant against the deactivation of its giver',
    'deactivated',
    async (stage) => {
      const who = { organizationId: stage.id, person: { email: stage.oz.email } };
      await reactivateMember(await stage.world.as(stage.acme.admin), who).catch(() => undefined);
    },
    async (stage) => {
      const who = { organizationId: stage.id, person: { email: stage.oz.email } };
      const ines = await stage.world.as(stage.acme.admin);
      return () => deactivateMember(ines, who);
    },
  ),
  {
    name: 'abuse 21: a role is widened by who may do so in one project, and given by somebody else in another',
    stage: async (world) => {
      const stage = await setStage(world);
      const { acme, id, oz, pia, dana } = stage;
      await acme.project('web');
      const ines = await world.as(acme.admin);
      const role = { organizationId: id, scope: 'project' } as const;
      await createRole(ines, { ...role, name: 'keeper', permissions: KEEPER });
      await createRole(ines, { ...role, name: 'shared', permissions: ['flows:read'] });
      await createRole(ines, {
        ...role,
        scope: 'organization',
        name: 'modeller',
        permissions: ['roles:write'],
      });
      await changeMemberRole(ines, { organizationId: id, person: { email: oz.email }, role: 'modeller' });
      await takeAll(stage, pia);
      await giveGrant(ines, {
        organizationId: id,
        person: { email: pia.email },
        project: 'web',
        role: 'keeper',
      });
      return async () => {
        await takeAll(stage, dana);
        await editRole(ines, { ...role, role: 'shared', permissions: ['flows:read'] });
        await stage.regrant(dana, 'shared');
        const [his, hers] = [await world.as(oz), await world.as(pia)];
        return {
          organizationId: id,
          runs: {
            widen: () => editRole(his, { ...role, role: 'shared', add: ['flows:delete'] }),
            give: () =>
              giveGrant(hers, {
                organizationId: id,
                person: { email: dana.email },
                project: 'web',
                role: 'shared',
              }),
          },
          left: async () => ({
            etl: await held(stage, dana),
            web: (await acme.holder(dana)).roles
              .filter((each) => each.project === 'web')
              .map((each) => each.permissions),
          }),
        };
      };
    },
    orders: {
      'widen, give': { widen: 'done', give: 'not-given', left: { etl: ['shared'], web: [] } },
      'give, widen': { give: 'done', widen: 'not-given', left: { etl: ['shared'], web: [['flows:read']] } },
    },
  },
  {
    name: 'abuse 21: somebody widens a role while it is given to them',
    stage: async (world) => {
      const stage = await setStage(world);
      const { acme, id, oz } = stage;
      const web = await acme.project('web');
      const ines = await world.as(acme.admin);
      const role = { organizationId: id, scope: 'project' } as const;
      await createRole(ines, { ...role, name: 'shared', permissions: ['flows:read'] });
      await createRole(ines, {
        ...role,
        scope: 'organization',
        name: 'modeller',
        permissions: ['roles:write'],
      });
      await changeMemberRole(ines, { organizationId: id, person: { email: oz.email }, role: 'modeller' });
      return async () => {
        await takeAll(stage, oz);
        await editRole(ines, { ...role, role: 'shared', permissions: ['flows:read'] });
        await stage.regrant(oz);
        await stage.regrant(oz, 'shared');
        const his = await world.as(oz);
        return {
          organizationId: id,
          runs: {
            widen: () => editRole(his, { ...role, role: 'shared', add: ['flows:delete'] }),
            give: () =>
              giveGrant(ines, {
                organizationId: id,
                person: { email: oz.email },
                project: 'web',
                role: 'shared',
              }),
          },
          left: async () => permissionsAt(await acme.holder(oz), web.id).sort(),
        };
      };
    },
    orders: {
      'widen, give': { widen: 'done', give: 'done', left: ['flows:delete', 'flows:read', 'roles:write'] },
      'give, widen': { give: 'done', widen: 'not-given', left: ['flows:read', 'roles:write'] },
    },
  },
];
