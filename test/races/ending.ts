import { sql } from 'drizzle-orm';
import { evaluate } from '../../src/core/access/evaluate.ts';
import { expireGrants } from '../../src/core/grant/expire.ts';
import { openGrants } from '../../src/core/grant/open.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { extendRequest } from '../../src/core/request/extend.ts';
import { returnRequest } from '../../src/core/request/return.ts';
import { createRole } from '../../src/core/role/create.ts';
import { editRole } from '../../src/core/role/edit.ts';
import type { Race, Round, Run } from './race.ts';
import { type Asked, HOUR, type Stage, setStage } from './stage.ts';

/** A race about access of Dana's that Oz has approved. */
const about =
  (
    meet: (stage: Stage, request: Asked) => Promise<Round['runs']>,
    more: { role?: string; from?: { seconds: number } } = {},
  ): Race['stage'] =>
  async (world) => {
    const stage = await setStage(world);
    const { acme, id, oz, dana } = stage;
    if (more.role) {
      const role = {
        organizationId: id,
        scope: 'project',
        name: more.role,
        permissions: ['flows:delete'],
      } as const;
      await createRole(await world.as(acme.admin), role);
    }
    const projectId = await projectOf(stage);
    return async () => {
      await stage.regrant(oz);
      const request = await stage.ask(undefined, more);
      await (await request.approve(oz))();
      return {
        organizationId: id,
        runs: await meet(stage, request),
        left: async () => ({
          state: (await request.left()).state,
          open: await world.count(
            sql`select count(*) as count from requests where organization_id = ${id} and state = 'pending'`,
          ),
          has:
            evaluate(acme.organization.model, await acme.holder(dana), {
              permission: 'flows:delete',
              projectId,
            }).length > 0,
        }),
      };
    };
  };

const projectOf = async ({ world, id }: Stage): Promise<string> => {
  const project = await world.db.query.projects.findFirst({
    where: (row, { eq }) => eq(row.organizationId, id),
  });
  if (!project) throw new Error('There is no project');
  return project.id;
};

/** Time passes for what was given. */
const pass =
  ({ world, id }: Stage, request: Asked, seconds: number, db = world.db): Run =>
  async () => {
    const by = sql`make_interval(secs => ${seconds})`;
    await db.execute(sql`
      with earlier as (update requests set access_ends_at = access_ends_at - ${by}, starts_at = starts_at - ${by}
        where organization_id = ${id} and id = ${request.id})
      update grants set starts_at = starts_at - ${by}, expires_at = expires_at - ${by}, warn_at = warn_at - ${by}
        where organization_id = ${id} and request_id = ${request.id}`);
  };

const returning = async ({ world, id, dana }: Stage, request: Asked): Promise<Run> => {
  const ctx = await world.as(dana);
  return () => returnRequest(ctx, { organizationId: id, request: request.name });
};

const extending = async ({ world, acme, dana }: Stage, request: Asked): Promise<Run> => {
  const ctx = await world.as(dana);
  return () =>
    extendRequest(ctx, acme.organization, { request: request.name, for: { seconds: HOUR }, reason: 'more' });
};

const revoking = async ({ world, acme, id }: Stage, email: string): Promise<Run> => {
  const ctx = await world.as(acme.admin);
  return () => revokeGrants(ctx, { organizationId: id, person: { email }, project: 'etl' });
};

/** The start comes, and the job at that moment: nothing of the organization is changed between the two. */
const starting =
  (stage: Stage, request: Asked): Run =>
  async () => {
    const { world, id } = stage;
    await world.db.transaction(async (tx) => {
      await tx.execute(sql`select from ledgers where organization_id = ${id} for update`);
      await pass(stage, request, HOUR + 60, tx)();
      await openGrants({ ...world.system, db: tx });
    });
  };

const OVER = { state: 'ended', open: 0, has: false };
const RETURNED = { state: 'returned', open: 0, has: false };
const OPENED = { state: 'approved', open: 0, has: true };

/** Access that ends or begins while somebody does something about it. */
export const ending: readonly Race[] = [
  {
    name: 'abuse 14: return, which is pressed twice, against the end of the access by the clock',
    stage: about(async (stage, request) => {
      const back = await returning(stage, request);
      return { return: [back, back], time: pass(stage, request, 2 * HOUR) };
    }),
    free: ['time'],
    orders: {
      'return, time': { return: { done: 1, 'wrong-state': 1 }, time: 'done', left: RETURNED },
      'time, return': {
        time: 'done',
        return: { 'wrong-state': 2 },
        left: { state: 'approved', open: 0, has: false },
      },
    },
  },
  {
    name: 'abuse 14: return and extend against the sweep of what has ended',
    stage: about(async (stage, request) => {
      const clicks = [await returning(stage, request), await extending(stage, request)];
      await pass(stage, request, 2 * HOUR)();
      return { clicks, sweep: () => expireGrants(stage.world.system) };
    }),
    orders: Object.fromEntries(
      ['clicks, sweep', 'sweep, clicks'].map((order) => [
        order,
        { clicks: { 'wrong-state': 2 }, sweep: 'done', left: OVER },
      ]),
    ),
  },
  {
    name: 'abuse 14: return against revoking',
    stage: about(async (stage, request) => ({
      return: await returning(stage, request),
      revoke: await revoking(stage, stage.dana.email),
    })),
    orders: {
      'return, revoke': { return: 'done', revoke: 'not-found', left: RETURNED },
      'revoke, return': { revoke: 'done', return: 'wrong-state', left: OVER },
    },
  },
  {
    name: 'abuse 14: extend against return',
    stage: about(async (stage, request) => ({
      extend: await extending(stage, request),
      return: await returning(stage, request),
    })),
    orders: {
      'extend, return': { extend: 'done', return: 'done', left: { ...RETURNED, open: 1 } },
      'return, extend': { return: 'done', extend: 'wrong-state', left: RETURNED },
    },
  },
  {
    name: 'abuse 14: extend against the end of the access by the clock',
    stage: about(async (stage, request) => ({
      extend: await extending(stage, request),
      time: pass(stage, request, 2 * HOUR),
    })),
    free: ['time'],
    orders: {
      'extend, time': {
        extend: 'done',
        time: 'done',
        left: { state: 'approved', open: 1, has: false },
      },
      'time, extend': {
        time: 'done',
        extend: 'wrong-state',
        left: { state: 'approved', open: 0, has: false },
      },
    },
  },
  {
    name: 'abuse 11: the start of what was approved for later against the revoking of its approver’s role',
    stage: about(
      async (stage, request) => {
        return { open: starting(stage, request), lose: await revoking(stage, stage.oz.email) };
      },
      { from: { seconds: HOUR } },
    ),
    orders: {
      'open, lose': { open: 'done', lose: 'done', left: OPENED },
      'lose, open': { lose: 'done', open: 'done', left: OVER },
    },
  },
  {
    name: 'abuse 13: the start of what was approved for later against an edit of its role',
    stage: about(
      async (stage, request) => {
        const ines = await stage.world.as(stage.acme.admin);
        const role = { organizationId: stage.id, scope: 'project', role: 'shifting' } as const;
        const permissions = ['flows:delete', `flows:at-${request.name.toLowerCase()}`];
        return {
          open: starting(stage, request),
          edit: () => editRole(ines, { ...role, permissions }),
        };
      },
      { role: 'shifting', from: { seconds: HOUR } },
    ),
    orders: {
      'open, edit': { open: 'done', edit: 'done', left: OPENED },
      'edit, open': { edit: 'done', open: 'done', left: OVER },
    },
  },
];
