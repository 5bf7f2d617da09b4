import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { rowsOf } from '../../src/db/client.ts';
import type { Person } from '../support/world.ts';
import { formerAccount, linking } from './persons.ts';
import type { Race, Run } from './race.ts';
import { APPROVED, OPEN, type Stage, setStage } from './stage.ts';

const ONE = { ...OPEN, decisions: 1, audited: ['approval.given'] };
const TWO = { ...APPROVED, decisions: 2, audited: ['approval.given', 'request.approved'] };

const ofTwo = async (world: Parameters<Race['stage']>[0]): Promise<Stage> => {
  const stage = await setStage(world);
  await stage.set('approvals-required', '2');
  return stage;
};

/** The first approver loses what they decided by while the second one approves. */
const firstLoses = (name: string, lose: (stage: Stage, first: Person) => Promise<Run>): Race => ({
  name,
  stage: async (world) => {
    const stage = await ofTwo(world);
    const { acme, id, oz, pia } = stage;
    return async () => {
      if ((await acme.holder(oz)).state === 'deactivated') {
        await reactivateMember(await world.as(acme.admin), {
          organizationId: id,
          person: { email: oz.email },
        });
      }
      await stage.regrant(oz);
      const request = await stage.ask();
      await (await request.approve(oz))();
      return {
        organizationId: id,
        runs: { lose: await lose(stage, oz), second: await request.approve(pia) },
        left: request.left,
      };
    };
  },
  orders: {
    'second, lose': { second: 'done', lose: 'done', left: TWO },
    'lose, second': {
      lose: 'done',
      second: 'waits',
      left: { ...ONE, decisions: 2, audited: ['approval.given', 'approval.given'] },
    },
  },
});

/** A request that takes two approvals, by two people who may still give it at the last one. */
export const quorum: readonly Race[] = [
  {
    name: 'abuse 12: two approvals at one instant, where it takes two',
    stage: async (world) => {
      const stage = await ofTwo(world);
      return async () => {
        const request = await stage.ask();
        const runs = { oz: await request.approve(stage.oz), pia: await request.approve(stage.pia) };
        return { organizationId: stage.id, runs, left: request.left };
      };
    },
    orders: {
      'oz, pia': { oz: 'waits', pia: 'done', left: TWO },
      'pia, oz': { pia: 'waits', oz: 'done', left: TWO },
    },
  },
  {
    name: 'abuse 12: forty approvals by four people, where it takes two',
    stage: async (world) => {
      const stage = await ofTwo(world);
      const people = [stage.acme.admin, stage.oz, stage.pia, await stage.owner('Ada')];
      return async () => {
        const request = await stage.ask();
        const each = await Promise.all(people.map((person) => request.approve(person)));
        const approve = Array.from({ length: 10 }, () => each).flat();
        return { organizationId: stage.id, runs: { approve }, left: request.left };
      };
    },
    orders: { approve: { approve: { waits: 1, done: 1, 'wrong-state': 38 }, left: TWO } },
  },
  {
    name: 'abuse 12: the last approval against a denial',
    stage: async (world) => {
      const stage = await ofTwo(world);
      const { acme, oz, pia } = stage;
      return async () => {
        const request = await stage.ask();
        await (await request.approve(oz))();
        const runs = { approve: await request.approve(pia), deny: await request.deny(acme.admin) };
        return { organizationId: stage.id, runs, left: request.left };
      };
    },
    orders: {
      'approve, deny': { approve: 'done', deny: 'wrong-state', left: TWO },
      'deny, approve': {
        deny: 'done',
        approve: 'wrong-state',
        left: {
          ...OPEN,
          state: 'denied',
          decisions: 2,
          told: 1,
          audited: ['approval.given', 'request.denied'],
        },
      },
    },
  },
  {
    name: 'abuse 13: the last approval against an edit, which voids the first',
    stage: async (world) => {
      const stage = await ofTwo(world);
      return async () => {
        const request = await stage.ask();
        await (await request.approve(stage.oz))();
        const runs = {
          approve: await request.approve(stage.pia, { typed: true }),
          edit: await request.edit(),
        };
        return { organizationId: stage.id, runs, left: request.left };
      };
    },
    orders: {
      'approve, edit': { approve: 'done', edit: 'wrong-state', left: TWO },
      'edit, approve': {
        edit: 'done',
        approve: 'waits',
        left: { ...ONE, decisions: 2, audited: ['approval.given', 'request.edited', 'approval.given'] },
      },
    },
  },
  firstLoses(
    'abuse 11: the last approval against the revoking of the first approver’s role',
    async (stage, first) => {
      const ines = await stage.world.as(stage.acme.admin);
      return () =>
        revokeGrants(ines, { organizationId: stage.id, person: { email: first.email }, project: 'etl' });
    },
  ),
  firstLoses(
    'abuse 11: the last approval against the deactivation of the first approver',
    async (stage, first) => {
      const ines = await stage.world.as(stage.acme.admin);
      return () => deactivateMember(ines, { organizationId: stage.id, person: { email: first.email } });
    },
  ),
  {
    name: 'abuse 7: two accounts of one person, where it takes two',
    stage: async (world) => {
      const stage = await ofTwo(world);
      const elsewhere: Person = {
        ...stage.oz,
        account: { platform: 'discord', workspaceId: '', externalId: randomBytes(8).toString('hex') },
      };
      await world.link(elsewhere);
      return async () => {
        const request = await stage.ask();
        const runs = { here: await request.approve(stage.oz), there: await request.approve(elsewhere) };
        return { organizationId: stage.id, runs, left: request.left };
      };
    },
    orders: {
      'here, there': { here: 'waits', there: 'wrong-state', left: ONE },
      'there, here': { there: 'waits', here: 'wrong-state', left: ONE },
    },
  },
  {
    name: 'abuse 8: the second approver links an account that was the first one’s once',
    stage: async (world) => {
      const stage = await ofTwo(world);
      return async () => {
        const sec = await stage.owner('Sec');
        const request = await stage.ask();
        await (await request.approve(stage.oz))();
        return {
          organizationId: stage.id,
          runs: {
            second: await request.approve(sec),
            link: await linking(world, sec, await formerAccount(world, stage.oz)),
          },
          left: request.left,
        };
      };
    },
    free: ['link'],
    orders: {
      'second, link': { second: 'done', link: 'done', left: TWO },
      'link, second': { link: 'done', second: 'wrong-state', left: ONE },
    },
  },
  {
    name: 'abuse 9: an approver invited by the other one today is flagged, whoever of them is the last',
    stage: async (world) => {
      const stage = await ofTwo(world);
      const { acme, id } = stage;
      return async () => {
        const quinn = await stage.owner('Quinn');
        const request = await stage.ask();
        const flagged = async () =>
          rowsOf<{ flagged: string[] }>(
            await world.db.execute(sql`
              select (event::json -> 'facts' -> 'flagged') as flagged from audit
              where organization_id = ${id} and target = ${request.name} and action = 'request.approved'`),
          ).flatMap((row) => row.flagged);
        const expected = [`${quinn.email} was invited by ${acme.admin.email}`];
        return {
          organizationId: id,
          runs: { ines: await request.approve(acme.admin), quinn: await request.approve(quinn) },
          left: async () => ({
            ...(await request.left()),
            flagged: JSON.stringify(await flagged()) === JSON.stringify(expected),
          }),
        };
      };
    },
    orders: {
      'ines, quinn': { ines: 'waits', quinn: 'done', left: { ...TWO, flagged: true } },
      'quinn, ines': { quinn: 'waits', ines: 'done', left: { ...TWO, flagged: true } },
    },
  },
];
