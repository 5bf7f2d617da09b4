import { sql } from 'drizzle-orm';
import { expireRequests } from '../../src/core/request/expire.ts';
import type { Race, Round } from './race.ts';
import { APPROVED, type Asked, CANCELLED, DENIED, HOUR, OPEN, type Stage, setStage } from './stage.ts';

/** A race about one pending request of Dana's. */
const about =
  (meet: (stage: Stage, request: Asked) => Promise<Round['runs']>): Race['stage'] =>
  async (world) => {
    const stage = await setStage(world);
    return async () => {
      const request = await stage.ask();
      return { organizationId: stage.id, runs: await meet(stage, request), left: request.left };
    };
  };

/** Its time runs out at this moment: by the database's clock, whatever anybody holds or waits for. */
const timeIsOver =
  ({ world, id }: Stage, request: Asked, db = world.db) =>
  async () => {
    await db.execute(sql`
      update requests set expires_at = clock_timestamp() where organization_id = ${id} and id = ${request.id}`);
  };

const EXPIRED = { ...OPEN, state: 'expired', told: 1, audited: ['request.expired'] };

const edited = (hours: number) => ({
  ...APPROVED,
  hours,
  audited: ['request.edited', 'request.approved'],
});

/** Who settles a pending request, at one instant: the first one does, and nobody else. */
export const deciding: readonly Race[] = [
  {
    name: 'abuse 12: approve against deny',
    stage: about(async ({ acme, oz }, request) => ({
      approve: await request.approve(acme.admin),
      deny: await request.deny(oz),
    })),
    orders: {
      'approve, deny': { approve: 'done', deny: 'wrong-state', left: APPROVED },
      'deny, approve': { deny: 'done', approve: 'wrong-state', left: DENIED },
    },
  },
  {
    name: 'abuse 12: fifty approvals by five people',
    stage: async (world) => {
      const stage = await setStage(world);
      const { acme, oz, pia, owner } = stage;
      const people = [acme.admin, oz, pia, await owner('Ada'), await owner('Bo')];
      return async () => {
        const request = await stage.ask();
        const each = await Promise.all(people.map((person) => request.approve(person)));
        const approve = Array.from({ length: 10 }, () => each).flat();
        return { organizationId: stage.id, runs: { approve }, left: request.left };
      };
    },
    orders: { approve: { approve: { done: 1, 'wrong-state': 49 }, left: APPROVED } },
  },
  {
    name: 'abuse 12: four denials by two people',
    stage: about(async ({ oz, pia }, request) => {
      const each = [await request.deny(oz), await request.deny(pia)];
      return { deny: [...each, ...each] };
    }),
    orders: { deny: { deny: { done: 1, 'wrong-state': 3 }, left: DENIED } },
  },
  {
    name: 'abuse 14: approve against cancel',
    stage: about(async ({ oz }, request) => ({
      approve: await request.approve(oz),
      cancel: await request.cancel(),
    })),
    orders: {
      'approve, cancel': { approve: 'done', cancel: 'wrong-state', left: APPROVED },
      'cancel, approve': { cancel: 'done', approve: 'wrong-state', left: CANCELLED },
    },
  },
  {
    name: 'abuse 14: deny against cancel, which is pressed twice',
    stage: about(async ({ oz }, request) => {
      const cancel = await request.cancel();
      return { deny: await request.deny(oz), cancel: [cancel, cancel] };
    }),
    orders: {
      'deny, cancel': { deny: 'done', cancel: { 'wrong-state': 2 }, left: DENIED },
      'cancel, deny': { cancel: { done: 1, 'wrong-state': 1 }, deny: 'wrong-state', left: CANCELLED },
    },
  },
  {
    name: 'abuse 14: approve against the end of the request’s life',
    stage: about(async (stage, request) => ({
      approve: await request.approve(stage.oz),
      time: timeIsOver(stage, request),
    })),
    free: ['time'],
    orders: {
      'approve, time': { approve: 'done', time: 'done', left: APPROVED },
      'time, approve': { time: 'done', approve: 'wrong-state', left: OPEN },
    },
  },
  {
    name: 'abuse 14: approve against the end of the request’s life and the sweep at that moment',
    stage: about(async (stage, request) => ({
      approve: await request.approve(stage.oz),
      sweep: async () => {
        const { world, id } = stage;
        await world.db.transaction(async (tx) => {
          await tx.execute(sql`select from ledgers where organization_id = ${id} for update`);
          await timeIsOver(stage, request, tx)();
          await expireRequests({ ...world.system, db: tx });
        });
      },
    })),
    orders: {
      'approve, sweep': { approve: 'done', sweep: 'done', left: APPROVED },
      'sweep, approve': { sweep: 'done', approve: 'wrong-state', left: EXPIRED },
    },
  },
  {
    name: 'abuse 14: approve, deny and cancel against the sweep of what has expired',
    stage: about(async (stage, request) => {
      const clicks = [
        await request.approve(stage.oz),
        await request.deny(stage.pia),
        await request.cancel(),
        await request.edit(),
      ];
      await timeIsOver(stage, request)();
      return { clicks, sweep: () => expireRequests(stage.world.system) };
    }),
    orders: Object.fromEntries(
      ['clicks, sweep', 'sweep, clicks'].map((order) => [
        order,
        {
          clicks: { 'wrong-state': 4 },
          sweep: 'done',
          left: EXPIRED,
        },
      ]),
    ),
  },
  {
    name: 'abuse 13: approve against an edit of how long',
    stage: about(async ({ oz }, request) => ({
      approve: await request.approve(oz),
      edit: await request.edit(),
    })),
    orders: {
      'approve, edit': { approve: 'done', edit: 'wrong-state', left: APPROVED },
      'edit, approve': { edit: 'done', approve: 'changed', left: { ...OPEN, audited: ['request.edited'] } },
    },
  },
  {
    name: 'abuse 13: deny against an edit of why',
    stage: about(async ({ oz, dana }, request) => ({
      deny: await request.deny(oz),
      edit: await request.edit(dana, { reason: 'something else' }),
    })),
    orders: {
      'deny, edit': { deny: 'done', edit: 'wrong-state', left: DENIED },
      'edit, deny': { edit: 'done', deny: 'changed', left: { ...OPEN, audited: ['request.edited'] } },
    },
  },
  {
    name: 'abuse 13: an approval that was typed gives what the request says at that moment',
    stage: about(async ({ oz, dana }, request) => ({
      approve: await request.approve(oz, { typed: true }),
      edit: await request.edit(dana, { for: { seconds: 5 * HOUR } }),
    })),
    orders: {
      'approve, edit': { approve: 'done', edit: 'wrong-state', left: APPROVED },
      'edit, approve': { edit: 'done', approve: 'done', left: edited(5) },
    },
  },
  {
    name: 'abuse 14: an edit against cancel',
    stage: about(async (_, request) => ({ edit: await request.edit(), cancel: await request.cancel() })),
    orders: {
      'edit, cancel': {
        edit: 'done',
        cancel: 'done',
        left: { ...CANCELLED, audited: ['request.edited', 'request.cancelled'] },
      },
      'cancel, edit': { cancel: 'done', edit: 'wrong-state', left: CANCELLED },
    },
  },
];
