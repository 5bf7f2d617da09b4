import { deleteOrganization } from '../../src/core/organization/delete.ts';
import { createProject } from '../../src/core/project/create.ts';
import { deleteProject } from '../../src/core/project/delete.ts';
import { createRole } from '../../src/core/role/create.ts';
import { deleteRole } from '../../src/core/role/delete.ts';
import { editRole } from '../../src/core/role/edit.ts';
import { addOperator } from '../support/operators.ts';
import type { Race } from './race.ts';
import { APPROVED, CANCELLED, OPEN, setStage } from './stage.ts';

const TAKEN_ALONG = {
  ...APPROVED,
  state: 'ended',
  grants: 0,
  hours: 0,
  audited: ['request.approved', 'request.ended'],
};

/** What a request is for changes or goes while somebody approves it. */
export const meanwhile: readonly Race[] = [
  {
    name: 'abuse 13: approve against an edit of what the role allows',
    stage: async (world) => {
      const { acme, id, oz, ask } = await setStage(world);
      const here = { organizationId: id, scope: 'project' } as const;
      let wide = false;
      await createRole(await world.as(acme.admin), {
        ...here,
        name: 'shifting',
        permissions: ['flows:read'],
      });
      return async () => {
        const request = await ask(undefined, { role: 'shifting' });
        const ines = await world.as(acme.admin);
        wide = !wide;
        const permissions = wide ? ['flows:read', 'flows:delete'] : ['flows:read'];
        return {
          organizationId: id,
          runs: {
            approve: await request.approve(oz),
            edit: () => editRole(ines, { ...here, role: 'shifting', permissions }),
          },
          left: request.left,
        };
      };
    },
    orders: {
      'approve, edit': { approve: 'done', edit: 'done', left: APPROVED },
      'edit, approve': { edit: 'done', approve: 'changed', left: OPEN },
    },
  },
  {
    name: 'abuse 14: approve against the deletion of the role',
    stage: async (world) => {
      const { acme, id, oz, ask } = await setStage(world);
      const here = { organizationId: id, scope: 'project' } as const;
      let number = 0;
      return async () => {
        number += 1;
        const role = `gone-${number}`;
        const ines = await world.as(acme.admin);
        await createRole(ines, { ...here, name: role, permissions: ['flows:read'] });
        const request = await ask(undefined, { role });
        return {
          organizationId: id,
          runs: {
            approve: await request.approve(oz),
            delete: () => deleteRole(ines, { ...here, role, replaceWith: 'runner' }),
          },
          left: request.left,
        };
      };
    },
    orders: {
      'approve, delete': { approve: 'done', delete: 'done', left: APPROVED },
      'delete, approve': { delete: 'done', approve: 'wrong-state', left: { ...CANCELLED, told: 1 } },
    },
  },
  {
    name: 'abuse 14: approve against the deletion of the project',
    stage: async (world) => {
      const { acme, id, ask } = await setStage(world);
      let number = 0;
      return async () => {
        number += 1;
        const project = `gone-${number}`;
        const ines = await world.as(acme.admin);
        await createProject(ines, { organizationId: id, name: project });
        const request = await ask(undefined, { project });
        return {
          organizationId: id,
          runs: {
            approve: await request.approve(acme.admin),
            delete: () => deleteProject(ines, { organizationId: id, project }),
          },
          left: request.left,
        };
      };
    },
    orders: {
      'approve, delete': { approve: 'done', delete: 'done', left: TAKEN_ALONG },
      'delete, approve': { delete: 'done', approve: 'wrong-state', left: { ...CANCELLED, told: 1 } },
    },
  },
  {
    name: 'abuse 14: approve against the deletion of the organization',
    stage: async (world) => {
      await setStage(world);
      const olga = await world.person('Olga');
      await addOperator(world, olga);
      return async () => {
        const { acme, id, oz, ask } = await setStage(world);
        const request = await ask();
        const hers = await world.as(olga);
        return {
          organizationId: id,
          runs: {
            approve: await request.approve(oz),
            delete: () => deleteOrganization(hers, { organizationId: id, slug: acme.slug }),
          },
          left: request.left,
        };
      };
    },
    orders: {
      'approve, delete': {
        approve: 'done',
        delete: 'done',
        left: { ...OPEN, state: 'gone', audited: ['request.approved'] },
      },
      'delete, approve': { delete: 'done', approve: 'not-found', left: { ...OPEN, state: 'gone' } },
    },
  },
];
