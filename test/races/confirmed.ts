import { sql } from 'drizzle-orm';
import { DomainError } from '../../src/core/errors.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import type { Authenticator } from '../support/authenticator.ts';
import { invite } from '../support/organization.ts';
import { addPasskey, approvalLink, confirm, signed } from '../support/passkeys.ts';
import type { Person, World } from '../support/world.ts';
import type { Race, Run } from './race.ts';
import { APPROVED, type Asked, DENIED, OPEN, type Stage, setStage } from './stage.ts';

interface Guarded extends Stage {
  devices: { ines: Authenticator; oz: Authenticator };
  /** The device's answer on a link of its own, as the page sends it. */
  answer(person: Person, device: Authenticator, request: Asked): Promise<Run>;
  left(request: Asked): Promise<unknown>;
}

const guarded = async (world: World): Promise<Guarded> => {
  const stage = await setStage(world);
  await stage.set('high-risk-roles', 'developer');
  return {
    ...stage,
    devices: { ines: await addPasskey(world, stage.acme.admin), oz: await addPasskey(world, stage.oz) },
    answer: async (person, device, request) => {
      const sent = await signed(world, await approvalLink(world, person, stage.id, request.name), device);
      return () => confirm(world, sent);
    },
    left: async (request) => ({
      ...(await request.left()),
      used: await world.count(sql`
        select count(*) as count from step_ups where subject_id = ${request.id} and used_at is not null`),
    }),
  };
};

const ONCE = { ...APPROVED, used: 1 };
const UNTOUCHED = { ...OPEN, used: 0 };

/** What is confirmed with a passkey counts once, and for what was confirmed. */
export const confirmed: readonly Race[] = [
  {
    name: 'abuse 16: a passkey’s answer that is delivered twenty times',
    stage: async (world) => {
      const stage = await guarded(world);
      return async () => {
        const request = await stage.ask();
        const answer = await stage.answer(stage.oz, stage.devices.oz, request);
        // Whether the link or the request is looked at first.
        const late = (error: unknown): string => {
          if (error instanceof DomainError && ['used', 'wrong-state'].includes(error.code)) return 'late';
          throw error;
        };
        return {
          organizationId: stage.id,
          runs: { answer: Array.from({ length: 20 }, () => () => answer().catch(late)) },
          left: () => stage.left(request),
        };
      };
    },
    orders: { answer: { answer: { done: 1, late: 19 }, left: ONCE } },
  },
  {
    name: 'abuse 12: two approvers with a passkey each',
    stage: async (world) => {
      const stage = await guarded(world);
      return async () => {
        const request = await stage.ask();
        return {
          organizationId: stage.id,
          runs: {
            ines: await stage.answer(stage.acme.admin, stage.devices.ines, request),
            oz: await stage.answer(stage.oz, stage.devices.oz, request),
          },
          left: () => stage.left(request),
        };
      };
    },
    orders: {
      'ines, oz': { ines: 'done', oz: 'wrong-state', left: ONCE },
      'oz, ines': { oz: 'done', ines: 'wrong-state', left: ONCE },
    },
  },
  {
    name: 'abuse 12: a passkey’s approval against a denial',
    stage: async (world) => {
      const stage = await guarded(world);
      return async () => {
        const request = await stage.ask();
        return {
          organizationId: stage.id,
          runs: {
            approve: await stage.answer(stage.oz, stage.devices.oz, request),
            deny: await request.deny(stage.pia),
          },
          left: () => stage.left(request),
        };
      };
    },
    orders: {
      'approve, deny': { approve: 'done', deny: 'wrong-state', left: ONCE },
      'deny, approve': { deny: 'done', approve: 'wrong-state', left: { ...DENIED, used: 0 } },
    },
  },
  {
    name: 'abuse 13: a passkey’s approval against an edit of what was confirmed',
    stage: async (world) => {
      const stage = await guarded(world);
      return async () => {
        const request = await stage.ask();
        return {
          organizationId: stage.id,
          runs: {
            approve: await stage.answer(stage.oz, stage.devices.oz, request),
            edit: await request.edit(stage.dana, { reason: 'something else' }),
          },
          left: () => stage.left(request),
        };
      };
    },
    orders: {
      'approve, edit': { approve: 'done', edit: 'wrong-state', left: ONCE },
      'edit, approve': {
        edit: 'done',
        approve: 'changed',
        left: { ...UNTOUCHED, audited: ['request.edited'] },
      },
    },
  },
  {
    name: 'abuse 16: a device and its copy answer with one count, in two organizations',
    stage: async (world) => {
      const [here, there] = [await guarded(world), await guarded(world)];
      const { oz } = here;
      await invite(there.acme, oz.email, { projects: [{ project: 'etl', role: 'owner' }] });
      await acceptInvitation(world.system, { token: await there.acme.token(oz.email) });
      const device = here.devices.oz;
      return async () => {
        const [first, second] = [await here.ask(), await there.ask()];
        const one = await here.answer(oz, device, first);
        device.counter -= 1;
        const copy = await there.answer(oz, device, second);
        return {
          organizationId: here.id,
          hold: sql`select from passkeys where user_id = (select id from users where email = ${oz.email}) for update`,
          runs: { one, copy },
          left: async () => ({ one: await here.left(first), copy: await there.left(second) }),
        };
      };
    },
    orders: {
      'one, copy': { one: 'done', copy: 'unproven', left: { one: ONCE, copy: UNTOUCHED } },
      'copy, one': { copy: 'done', one: 'unproven', left: { one: UNTOUCHED, copy: ONCE } },
    },
  },
];
