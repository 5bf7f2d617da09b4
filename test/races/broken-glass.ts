import { sql } from 'drizzle-orm';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { breakGlass } from '../../src/core/request/break-glass.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import type { Race } from './race.ts';
import { type Stage, setStage } from './stage.ts';

const allow = async (stage: Stage): Promise<void> => {
  const { world, id, dana } = stage;
  await world.db.execute(sql`delete from settings where organization_id = ${id}`);
  await world.db.execute(
    sql`update grants set request_id = null where organization_id = ${id} and request_id is not null`,
  );
  await world.db.execute(sql`delete from grants where organization_id = ${id} and role_id in
    (select r.id from roles r where r.organization_id = ${id} and r.name = 'developer')`);
  await world.db.execute(sql`delete from decisions where organization_id = ${id}`);
  await world.db.execute(sql`delete from requests where organization_id = ${id}`);
  await stage.set('break-glass', `developer:${dana.email}:1h`);
};

const taking = async ({ world, id, dana }: Stage) => {
  const ctx = await world.as(dana);
  return () => breakGlass(ctx, { organizationId: id, role: 'developer', project: 'etl', reason: 'INC-77' });
};

const taken = async ({ world, id }: Stage) => ({
  requests: await world.count(sql`select count(*) as count from requests where organization_id = ${id}`),
  grants: await world.count(
    sql`select count(*) as count from grants where organization_id = ${id} and request_id is not null`,
  ),
});

/** Access that is taken without approval, and what others do about it meanwhile. */
export const brokenGlass: readonly Race[] = [
  {
    name: 'abuse 22: break-glass against its being switched off',
    stage: async (world) => {
      const stage = await setStage(world);
      return async () => {
        await allow(stage);
        const ctx = await world.as(stage.acme.admin);
        // Off takes a second person as well; here one has approved.
        const approved = {
          ...ctx,
          actor: { ...ctx.actor, approved: { request: 'REQ-0', by: stage.oz.email } },
        };
        const off = {
          organizationId: stage.id,
          key: 'break-glass',
          value: 'off',
          workspaceId: world.workspace.id,
        };
        return {
          organizationId: stage.id,
          runs: {
            take: await taking(stage),
            off: () => setSetting(approved as typeof ctx, off),
          },
          left: () => taken(stage),
        };
      };
    },
    orders: {
      'take, off': { take: 'done', off: 'done', left: { requests: 1, grants: 1 } },
      'off, take': { off: 'done', take: 'forbidden', left: { requests: 0, grants: 0 } },
    },
  },
  {
    name: 'abuse 12: break-glass is pressed six times',
    stage: async (world) => {
      const stage = await setStage(world);
      return async () => {
        await allow(stage);
        const take = await taking(stage);
        return {
          organizationId: stage.id,
          runs: { take: Array.from({ length: 6 }, () => take) },
          left: () => taken(stage),
        };
      };
    },
    orders: { take: { take: { done: 1, 'wrong-state': 5 }, left: { requests: 1, grants: 1 } } },
  },
  {
    name: 'abuse 12: what was taken is found justified by one and not by another',
    stage: async (world) => {
      const stage = await setStage(world);
      return async () => {
        await allow(stage);
        const { name } = await (await taking(stage))();
        const [yes, no] = [await world.as(stage.oz), await world.as(stage.pia)];
        const here = { organizationId: stage.id, request: name };
        return {
          organizationId: stage.id,
          runs: {
            justified: () => approveRequest(yes, here),
            not: () => denyRequest(no, { ...here, reason: 'no incident' }),
          },
          left: async () => ({
            ...(await taken(stage)),
            decisions: await world.count(
              sql`select count(*) as count from decisions where organization_id = ${stage.id}`,
            ),
          }),
        };
      };
    },
    orders: {
      'justified, not': {
        justified: 'done',
        not: 'wrong-state',
        left: { requests: 1, grants: 1, decisions: 1 },
      },
      'not, justified': {
        not: 'done',
        justified: 'wrong-state',
        left: { requests: 1, grants: 0, decisions: 1 },
      },
    },
  },
];
