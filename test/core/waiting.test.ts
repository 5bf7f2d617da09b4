import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { escalateRequests } from '../../src/core/request/escalate.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { readerMayDecide } from '../../src/core/request/reader.ts';
import { remindDeciders } from '../../src/core/request/remind.ts';
import { drawnRequest } from '../../src/core/request/show.ts';
import { rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

let world: World;
let operator: Person;
let acme: Minted;
let oz: Person;
let dana: Person;

beforeAll(async () => {
  const { database } = await serverDatabase({ max: 12 });
  world = createWorld(database, { operators: ['operator@example.com'] });
  operator = { ...world.stranger('Op'), email: 'operator@example.com' };
  await world.link(operator);
});

beforeEach(async () => {
  acme = await mintOrganization(world);
  await acme.project('etl');
  oz = await acme.member('Oz', { projects: [{ project: 'etl', role: 'owner' }] });
  dana = await acme.member('Dana');
});

const ask = async (person = dana, role = 'developer') =>
  openRequest(await world.as(person), {
    organizationId: acme.id,
    project: 'etl',
    role,
    for: { seconds: 3600 },
    reason: 'INC-77',
  });
const policy = async (key: string, value: string, role?: string) =>
  setSetting(await world.as(acme.admin), {
    organizationId: acme.id,
    key,
    value,
    role,
    workspaceId: world.workspace.id,
  });
const messages = (notice: string, recipient?: Person) =>
  world.count(sql`select count(*) as count from messages where notice = ${notice} and organization_id = ${acme.id}
    and (${recipient === undefined} or recipient = ${recipient?.account.externalId ?? ''})`);
const age = (interval: string) =>
  world.db.execute(sql`update requests set created_at = created_at - ${interval}::interval,
    expires_at = expires_at - ${interval}::interval, reminded_at = reminded_at - ${interval}::interval
    where organization_id = ${acme.id}`);
const shown = async (id: string) => {
  const drawn = await drawnRequest(world.db, acme.id, id);
  if (!drawn) throw new Error('It is gone');
  return drawn;
};
const mayStill = (id: string, person: Person) =>
  readerMayDecide(world.db, world.installation, acme.organization, id, {
    platform: 'slack',
    workspaceId: world.workspace.id,
    recipient: person.account.externalId,
  });

describe('when those who may decide leave', () => {
  test('a request that nobody may decide any more goes to the operators at once, once, and its requester is told', async () => {
    await policy('approvers', oz.email);
    const request = await ask();
    expect(request).toMatchObject({ toOperators: false, deciders: [oz.email] });
    const admin = await world.as(acme.admin);
    const whom = { organizationId: acme.id, person: { email: oz.email } };
    await revokeGrants(admin, { ...whom, project: 'etl' });
    expect(await shown(request.id)).toMatchObject({ toOperators: true, state: 'pending' });
    expect(await messages('request-escalated', dana)).toBe(1);
    expect(await messages('request', operator)).toBe(1);
    await deactivateMember(admin, whom);
    expect(await messages('request-escalated', dana)).toBe(1);
    expect((await acme.audited()).filter(({ action }) => action === 'request.escalated')).toHaveLength(1);
    const done = await approveRequest(await world.as(operator), {
      organizationId: acme.id,
      request: request.name,
    });
    expect(done.waiting).toBeUndefined();
  });

  test('the same where a policy, or a role, makes them too few', async () => {
    const request = await ask();
    await policy('approvals-required', '3');
    expect((await shown(request.id)).toOperators).toBe(true);
    const other = await ask(await acme.member('Eve'), 'runner');
    expect(other.toOperators).toBe(true);
  });

  test('the copy of somebody who may no longer decide loses its buttons, and is drawn anew', async () => {
    const request = await ask();
    expect(await mayStill(request.id, oz)).toBe(true);
    expect(await mayStill(request.id, dana)).toBe(false);
    world.jobs.length = 0;
    const admin = await world.as(acme.admin);
    await revokeGrants(admin, { organizationId: acme.id, person: { email: oz.email }, project: 'etl' });
    const copies = rowsOf<{ id: string }>(
      await world.db.execute(
        sql`select id from messages where notice = 'request' and subject_id = ${request.id}`,
      ),
    );
    expect(world.jobs.flatMap(({ data }) => data.messageId ?? [])).toEqual(
      expect.arrayContaining(copies.map(({ id }) => id)),
    );
    expect(await mayStill(request.id, oz)).toBe(false);
    expect(await mayStill(request.id, acme.admin)).toBe(true);
  });

  test('what concerns nobody who was asked draws nothing anew', async () => {
    await ask();
    world.jobs.length = 0;
    const by = await acme.member('By', { projects: [{ project: 'etl', role: 'runner' }] });
    world.jobs.length = 0;
    await revokeGrants(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: by.email },
      project: 'etl',
    });
    const cards = rowsOf<{ id: string }>(
      await world.db.execute(
        sql`select id from messages where notice = 'request' and organization_id = ${acme.id}`,
      ),
    ).map(({ id }) => id);
    expect(world.jobs.filter(({ data }) => cards.includes(data.messageId ?? ''))).toEqual([]);
  });
});

describe('who may decide', () => {
  test('naming somebody an approver narrows who decides, and lets nobody give what they may not give', async () => {
    const kim = await acme.member('Kim', { projects: [{ project: 'etl', role: 'runner' }] });
    await policy('approvers', `${kim.email},${oz.email}`, 'developer');
    const request = await ask();
    expect(request.deciders).toEqual([oz.email]);
    const here = { organizationId: acme.id, request: request.name };
    await expect(approveRequest(await world.as(kim), here)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approveRequest(await world.as(acme.admin), here)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect((await ask(dana, 'runner')).deciders).toContain(acme.admin.email);
    expect((await approveRequest(await world.as(oz), here)).requester).toBe(dana.email);
  });

  test('a role has its own number of approvals, and none takes it away', async () => {
    await policy('approvals-required', '2', 'developer');
    expect(await ask()).toMatchObject({ required: 2 });
    expect(await ask(dana, 'runner')).toMatchObject({ required: 1 });
    await expect(policy('approvals-required', 'none', 'developer')).rejects.toMatchObject({
      code: 'needs-approval',
    });
    await expect(policy('approvals-required', '1', 'nothing-like-it')).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(policy('approvals-changes', 'none', 'developer')).rejects.toMatchObject({ code: 'invalid' });
    await expect(policy('approvers', 'nobody@example.com')).rejects.toMatchObject({ code: 'invalid' });
  });

  test('abuse 22: nobody weakens a policy that asks for a second person alone, through no key of it', async () => {
    await policy('approvals-required', '2');
    for (const [key, value] of [
      ['approvals-required', '1'],
      ['approvers', oz.email],
      ['max-for', 'none'],
      ['request-life', '4w'],
      ['reason-required', 'no'],
      ['approvals-changes', 'none'],
    ] as const) {
      const outcome = policy(key, value);
      if (key === 'approvals-changes') expect(await outcome).toMatchObject({ key });
      else await expect(outcome).rejects.toMatchObject({ code: 'needs-approval' });
    }
    const plain = setSetting(await world.as(dana), {
      organizationId: acme.id,
      key: 'approvals-required',
      value: '1',
      workspaceId: world.workspace.id,
    });
    await expect(plain).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('reminders', () => {
  test('ten requests are one message to each who may decide, after four hours, then daily, never twice', async () => {
    for (let i = 0; i < 10; i += 1) await ask(await acme.member('Dana'));
    expect(await remindDeciders(world.system)).toBe(0);
    await age('4 hours');
    await Promise.all([
      remindDeciders(world.system),
      remindDeciders(world.system),
      remindDeciders(world.system),
    ]);
    expect(await messages('requests-waiting', oz)).toBe(1);
    expect(await messages('requests-waiting', acme.admin)).toBe(1);
    expect(await messages('requests-waiting')).toBe(2);
    await age('23 hours');
    expect(await remindDeciders(world.system)).toBe(0);
    await age('1 hour');
    expect(await remindDeciders(world.system)).toBe(10);
    expect(await messages('requests-waiting', oz)).toBe(2);
  });

  test('what becomes due soon after a reminder waits for the next one', async () => {
    await ask();
    await age('4 hours');
    await remindDeciders(world.system);
    await ask(dana, 'runner');
    await age('3 hours');
    await world.db.execute(sql`update requests set created_at = created_at - interval '2 hours'
      where organization_id = ${acme.id} and reminded_at is null`);
    expect(await remindDeciders(world.system)).toBe(0);
    await age('1 hour');
    expect(await remindDeciders(world.system)).toBe(1);
  });

  test('with an approvals channel the first reminder goes there, the next ones to each directly', async () => {
    await policy('approvals-channel', 'C123');
    await ask();
    await age('4 hours');
    await remindDeciders(world.system);
    expect(await messages('requests-waiting', oz)).toBe(0);
    expect(await messages('requests-waiting')).toBe(1);
    await age('1 day');
    await remindDeciders(world.system);
    expect(await messages('requests-waiting', oz)).toBe(1);
  });

  test('what was decided is reminded of no more', async () => {
    const request = await ask();
    await approveRequest(await world.as(oz), { organizationId: acme.id, request: request.name });
    await age('1 day');
    expect(await remindDeciders(world.system)).toBe(0);
  });
});

describe('escalation', () => {
  test('after three quarters of its life a request goes to the operators, once however many replicas look', async () => {
    const request = await ask();
    await age('5 days');
    expect(await escalateRequests(world.system)).toBe(0);
    await age('6 hours');
    await Promise.all([escalateRequests(world.system), escalateRequests(world.system)]);
    expect(await shown(request.id)).toMatchObject({ toOperators: true, state: 'pending' });
    expect(await messages('request-escalated', dana)).toBe(1);
    expect(await messages('request', operator)).toBe(1);
    // Those who could decide still can.
    await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: oz.email },
      project: 'etl',
      role: 'owner',
    });
    expect(
      (await approveRequest(await world.as(oz), { organizationId: acme.id, request: request.name })).waiting,
    ).toBeUndefined();
  });

  test('a change of who may decide that leaves enough escalates nothing', async () => {
    const request = await ask();
    await changeMemberRole(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: oz.email },
      role: 'member',
    });
    expect((await shown(request.id)).toOperators).toBe(false);
  });
});
