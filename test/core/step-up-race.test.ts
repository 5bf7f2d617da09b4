import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { denyRequest } from '../../src/core/request/decide.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { type Opened, openRequest } from '../../src/core/request/open.ts';
import type { Authenticator } from '../support/authenticator.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { addPasskey, approvalLink, confirm, signed } from '../support/passkeys.ts';
import { atOnce, createWorld, fulfilled, type Person, refusals, type World } from '../support/world.ts';

const ROUNDS = 20;

let world: World;
let acme: Minted;
let ada: Person;
let devices: { admin: Authenticator; ada: Authenticator };

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 24 })).database);
  acme = await mintOrganization(world);
  await acme.project('etl');
  ada = await acme.member('Ada', { projects: [{ project: 'etl', role: 'owner' }] });
  await setSetting(await world.as(acme.admin), {
    organizationId: acme.id,
    key: 'high-risk-roles',
    value: 'developer',
    workspaceId: world.workspace.id,
  });
  devices = { admin: await addPasskey(world, acme.admin), ada: await addPasskey(world, ada) };
});

const ask = async (dana: Person): Promise<Opened> =>
  openRequest(await world.as(dana), {
    organizationId: acme.id,
    project: 'etl',
    role: 'developer',
    for: { seconds: 3600 },
    reason: 'INC-77',
  });

/** What a page would send on a link of its own. */
const answer = async (person: Person, device: Authenticator, { name }: Opened) =>
  signed(world, await approvalLink(world, person, acme.id, name), device);

const outcome = async (request: Opened) => ({
  decisions: await world.count(sql`select count(*) as count from decisions where request_id = ${request.id}`),
  grants: await world.count(sql`select count(*) as count from grants where request_id = ${request.id}`),
  used: await world.count(sql`
    select count(*) as count from step_ups where subject_id = ${request.id} and used_at is not null`),
  audited: (await acme.audited())
    .filter((event) => event.target === request.name && event.action !== 'request.opened')
    .map((event) => event.action),
});

const ONCE = { decisions: 1, grants: 1, used: 1, audited: ['request.approved'] };

describe('abuse 12 and 16: a passkey’s answer counts once', () => {
  test('of 20 deliveries of one answer at once, one approves', async () => {
    const request = await ask(await acme.member('Dana'));
    const sent = await answer(acme.admin, devices.admin, request);
    const results = await atOnce(
      world,
      acme.id,
      Array.from({ length: 20 }, () => () => confirm(world, sent)),
    );
    expect(fulfilled(results)).toHaveLength(1);
    expect(refusals(results).filter((code) => !['used', 'wrong-state'].includes(code))).toEqual([]);
    expect(await outcome(request)).toEqual(ONCE);
  });

  test('two approvers with a passkey each at once: one approval, in every round', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const request = await ask(await acme.member('Dana'));
      const sent = [
        await answer(acme.admin, devices.admin, request),
        await answer(ada, devices.ada, request),
      ];
      const results = await atOnce(
        world,
        acme.id,
        sent.map((one) => () => confirm(world, one)),
      );
      expect(fulfilled(results)).toHaveLength(1);
      expect(refusals(results)).toEqual(['wrong-state']);
      expect(await outcome(request)).toEqual(ONCE);
    }
  });

  test('a passkey’s approval against a denial ends in one of the two, in every round', async () => {
    const ended = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const request = await ask(await acme.member('Dana'));
      const sent = await answer(acme.admin, devices.admin, request);
      const no = await world.as(ada);
      const clicks: (() => Promise<unknown>)[] = [
        () => confirm(world, sent),
        () => denyRequest(no, { organizationId: acme.id, request: request.name, reason: 'no' }),
      ];
      const order = round % 2 === 0 ? clicks : clicks.reverse();
      const results = await atOnce(world, acme.id, order, { inTurn: true });
      expect(fulfilled(results)).toHaveLength(1);
      expect(refusals(results)).toEqual(['wrong-state']);
      const { decisions, grants, used, audited } = await outcome(request);
      const approved = audited[0] === 'request.approved';
      expect([decisions, grants, used, audited.length]).toEqual([1, approved ? 1 : 0, approved ? 1 : 0, 1]);
      ended.add(audited.join());
    }
    expect([...ended].sort()).toEqual(['request.approved', 'request.denied']);
  });

  test('abuse 13: an edit at the same instant: what is approved is what was confirmed, in every round', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const dana = await acme.member('Dana');
      const request = await ask(dana);
      const sent = await answer(acme.admin, devices.admin, request);
      const hers = await world.as(dana);
      const clicks: (() => Promise<unknown>)[] = [
        () => confirm(world, sent),
        () => editRequest(hers, { organizationId: acme.id, request: request.name, reason: 'something else' }),
      ];
      const order = round % 2 === 0 ? clicks : clicks.reverse();
      const results = await atOnce(world, acme.id, order, { inTurn: true });
      expect(fulfilled(results)).toHaveLength(1);
      const wrong = await world.count(sql`
        select count(*) as count from requests
        where id = ${request.id} and state = 'approved' and reason <> 'INC-77'`);
      expect(wrong).toBe(0);
    }
  });

  test('two answers that a device and its copy gave with one count: the second proves nothing', async () => {
    const requests = [await ask(await acme.member('Dana')), await ask(await acme.member('Eve'))];
    const sent = [];
    for (const request of requests) {
      sent.push(await answer(ada, devices.ada, request));
      devices.ada.counter -= 1;
    }
    const results = await atOnce(
      world,
      acme.id,
      sent.map((one) => () => confirm(world, one)),
    );
    expect(fulfilled(results)).toHaveLength(1);
    expect(refusals(results)).toEqual(['unproven']);
  });
});
