import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/core/access/evaluate.ts';
import { expireGrants } from '../../src/core/grant/expire.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { cancelRequest } from '../../src/core/request/cancel.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { expireRequests } from '../../src/core/request/expire.ts';
import { extendRequest } from '../../src/core/request/extend.ts';
import { listRequests } from '../../src/core/request/list.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { returnRequest } from '../../src/core/request/return.ts';
import { showRequest } from '../../src/core/request/show.ts';
import { embeddedDatabase } from '../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

const HOUR = 3600;

let world: World;
let acme: Minted;
let projectId: string;
let owner: Person;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  projectId = (await acme.project('etl')).id;
  owner = await acme.member('Oz', { projects: [{ project: 'etl', role: 'owner' }] });
});

const ask = async (person: Person, more: Partial<Parameters<typeof openRequest>[1]> = {}) =>
  openRequest(await world.as(person), {
    organizationId: acme.id,
    project: 'etl',
    role: 'developer',
    for: { seconds: HOUR },
    reason: 'INC-77',
    ...more,
  });

const on = (request: string) => ({ organizationId: acme.id, request });
const approve = async (person: Person, request: string, seen?: string) =>
  approveRequest(await world.as(person), { ...on(request), seen });
const deny = async (person: Person, request: string, reason = 'use the runbook') =>
  denyRequest(await world.as(person), { ...on(request), reason });
const stateOf = async (person: Person, request: string) =>
  (await showRequest(await world.as(person), acme.organization, request)).request.state;
const mayDelete = async (person: Person) =>
  evaluate(acme.organization.model, await acme.holder(person), { permission: 'flows:delete', projectId })
    .length > 0;

describe('a request is opened', () => {
  test('a request asks everybody who may decide it, and nobody else', async () => {
    const dana = await acme.member('Dana');
    const bystander = await acme.member('By');
    const opened = await ask(dana);
    expect(opened.deciders.sort()).toEqual([acme.admin.email, owner.email].sort());
    expect(opened).toMatchObject({ toOperators: false, role: 'developer', project: 'etl', seconds: HOUR });
    const cards = await world.count(sql`
      select count(*) as count from messages where notice = 'request' and subject_id = ${opened.id}`);
    expect(cards).toBe(2);
    const waiting = async (person: Person) =>
      (await listRequests(await world.as(person), acme.organization)).waiting.map((request) => request.name);
    expect(await waiting(owner)).toContain(opened.name);
    expect(await waiting(bystander)).toEqual([]);
    expect(await mayDelete(dana)).toBe(false);
  });

  test('any project’s exact name is taken, and an unknown one is refused', async () => {
    const dana = await acme.member('Dana');
    await acme.project('unseen');
    expect(await ask(dana, { project: 'unseen' })).toMatchObject({ project: 'unseen' });
    expect((await refusal(ask(dana, { project: 'nowhere' }))).code).toBe('not-found');
  });

  test('abuse 23: too long, negative or past times are refused, and so is a missing reason', async () => {
    const dana = await acme.member('Dana');
    expect((await refusal(ask(dana, { for: { seconds: 31 * 24 * HOUR } }))).field).toBe('for');
    expect((await refusal(ask(dana, { for: { at: new Date(Date.now() - HOUR) } }))).field).toBe('for');
    expect((await refusal(ask(dana, { from: { at: new Date(0) } }))).field).toBe('from');
    expect((await refusal(ask(dana, { reason: '  ' }))).field).toBe('reason');
    expect((await refusal(ask(dana, { reason: 'x'.repeat(5000) }))).field).toBe('reason');
    expect((await listRequests(await world.as(dana), acme.organization)).mine).toEqual([]);
  });

  test('what is held already, or asked for already, is not asked for again', async () => {
    const dana = await acme.member('Dana', { projects: [{ project: 'etl', role: 'runner' }] });
    expect((await refusal(ask(dana, { role: 'runner' }))).code).toBe('wrong-state');
    const opened = await ask(dana);
    expect((await refusal(ask(dana))).facts.request).toBe(opened.name);
    expect((await refusal(ask(acme.admin, { project: undefined, role: 'member' }))).code).toBe('wrong-state');
  });
});

test('a delivery whose change was refused or lost may come again', async () => {
  const hers = await world.as(await acme.member('Dana'), 'again');
  const open = (role: string, enqueue = hers.enqueue) =>
    openRequest({ ...hers, enqueue }, { organizationId: acme.id, project: 'etl', role, reason: 'x' });
  await expect(open('no-such-role')).rejects.toMatchObject({ code: 'not-found' });
  const lost = async () => {
    throw new Error('the queue is gone');
  };
  await expect(open('runner', lost)).rejects.toThrow('the queue is gone');
  expect(await open('runner')).toMatchObject({ role: 'runner' });
});

describe('a request is decided', () => {
  test('approval gives the access in the same moment, and its clock starts then', async () => {
    const dana = await acme.member('Dana');
    const { name, id } = await ask(dana);
    const before = await acme.sequence();
    const decided = await approve(owner, name);
    expect(await mayDelete(dana)).toBe(true);
    const grant = (await acme.holder(dana)).roles.find((held) => held.through === 'grant');
    expect(grant).toMatchObject({
      role: 'developer',
      requestId: id,
      grantedBy: await acme.userId(owner.email),
    });
    expect(grant?.until).toEqual(decided.until);
    const [left] = [((decided.until?.getTime() ?? 0) - Date.now()) / 1000];
    expect(left).toBeGreaterThan(HOUR - 60);
    expect(left).toBeLessThanOrEqual(HOUR + 60);
    expect((await acme.audited(before)).map((event) => event.action)).toEqual([
      'request.approved',
      'grant.added',
    ]);
    const told = await world.count(sql`
      select count(*) as count from messages where notice = 'request-settled' and recipient = ${dana.account.externalId}`);
    expect(told).toBe(1);
  });

  test('a denial needs a reason, is told to the requester, and gives nothing', async () => {
    const dana = await acme.member('Dana');
    const { name } = await ask(dana);
    expect((await refusal(deny(owner, name, ' '))).field).toBe('reason');
    await deny(owner, name);
    expect(await stateOf(dana, name)).toBe('denied');
    expect(await mayDelete(dana)).toBe(false);
    const shown = await showRequest(await world.as(dana), acme.organization, name);
    expect(shown.request.decisions).toMatchObject([
      { by: owner.email, decision: 'denied', reason: 'use the runbook' },
    ]);
  });

  test('abuse 6 and rule 10: nobody decides their own request, and others still can', async () => {
    const { name } = await ask(owner, { project: undefined, role: 'admin' });
    const before = await acme.sequence();
    expect((await refusal(approve(owner, name))).code).toBe('own-request');
    expect((await refusal(deny(owner, name))).code).toBe('own-request');
    expect(await acme.sequence()).toBe(before);
    expect(await deny(acme.admin, name)).toMatchObject({ requester: owner.email });
  });

  test('abuse 14: a decided, cancelled or expired request says what became of it, and nothing changes', async () => {
    const dana = await acme.member('Dana');
    const done = await ask(dana);
    await approve(owner, done.name);
    const again = await refusal(deny(acme.admin, done.name));
    expect(again.code).toBe('wrong-state');
    expect(again.message).toContain(owner.email);
    expect(await mayDelete(dana)).toBe(true);
    const sam = await acme.member('Sam');
    const gone = await ask(sam);
    await cancelRequest(await world.as(sam), on(gone.name));
    expect((await refusal(approve(owner, gone.name))).facts.state).toBe('cancelled');
    const late = await ask(sam);
    await world.db.execute(sql`update requests set expires_at = clock_timestamp() where id = ${late.id}`);
    expect((await refusal(approve(owner, late.name))).facts.state).toBe('expired');
    expect((await refusal(cancelRequest(await world.as(sam), on(late.name)))).facts.state).toBe('expired');
    expect(await mayDelete(sam)).toBe(false);
    expect(await expireRequests(world.system)).toBe(1);
    expect(await stateOf(sam, late.name)).toBe('expired');
  });

  test('abuse 10: an approver who has lost the role is refused, and the request stays pending', async () => {
    const dana = await acme.member('Dana');
    const kim = await acme.member('Kim', { projects: [{ project: 'etl', role: 'owner' }] });
    const { name } = await ask(dana);
    await revokeGrants(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: kim.email },
      project: 'etl',
    });
    expect((await refusal(approve(kim, name))).code).toBe('forbidden');
    expect(await stateOf(dana, name)).toBe('pending');
  });

  test('abuse 13: a request that changed after its card was drawn is not decided by that card', async () => {
    const dana = await acme.member('Dana');
    const { name } = await ask(dana);
    const drawn = (await showRequest(await world.as(owner), acme.organization, name)).request.contentHash;
    await editRequest(await world.as(dana), { ...on(name), for: { seconds: 20 * HOUR } });
    expect((await refusal(approve(owner, name, drawn))).code).toBe('changed');
    expect(
      (await refusal(denyRequest(await world.as(owner), { ...on(name), reason: 'x', seen: drawn }))).code,
    ).toBe('changed');
    expect(await stateOf(dana, name)).toBe('pending');
    const now = (await showRequest(await world.as(owner), acme.organization, name)).request;
    expect(now).toMatchObject({ seconds: 20 * HOUR });
    await approve(owner, name, now.contentHash);
    expect(await mayDelete(dana)).toBe(true);
  });

  test('a role that means something else than the card said is not approved before its requester asks for it as it is', async () => {
    const role = await customRole(acme, { scope: 'project', name: 'shifting', permissions: ['*:read'] });
    const dana = await acme.member('Dana');
    const { name } = await ask(dana, { role: 'shifting' });
    const hers = await world.as(dana);
    await world.db.execute(sql`
      update roles set permissions = array['*:*'], version = version + 1 where id = ${role}`);
    const refused = await refusal(approve(acme.admin, name));
    expect(refused).toMatchObject({
      code: 'changed',
      message: `${name} was not approved: the role shifting has been edited since it was asked for.`,
    });
    expect(await stateOf(dana, name)).toBe('pending');
    const shown = () => showRequest(hers, acme.organization, name);
    expect((await shown()).request.roleEdited).toBe(true);
    await editRequest(hers, on(name));
    expect((await shown()).request.roleEdited).toBe(false);
    await approve(acme.admin, name);
    expect(await mayDelete(dana)).toBe(true);
  });

  test('rule 3: the request of somebody deactivated stays pending and waits for their reactivation', async () => {
    const dana = await acme.member('Dana');
    const { name } = await ask(dana);
    const person = { email: dana.email };
    await deactivateMember(await world.as(acme.admin), { organizationId: acme.id, person });
    expect((await refusal(approve(owner, name))).code).toBe('wrong-state');
    expect(await stateOf(owner, name)).toBe('pending');
    await reactivateMember(await world.as(acme.admin), { organizationId: acme.id, person });
    await approve(owner, name);
    expect(await mayDelete(dana)).toBe(true);
  });

  test('abuse 15: another organization’s request looks like one that does not exist', async () => {
    const globex = await mintOrganization(world, 'Globex');
    const dana = await acme.member('Dana');
    const { name } = await ask(dana);
    const theirs = async (request: string) =>
      refusal(approveRequest(await world.as(globex.admin), { organizationId: globex.id, request }));
    const [real, none] = [await theirs(name), await theirs('REQ-99999')];
    expect(real.code).toBe('not-found');
    expect(real.message.replace(name, '')).toBe(none.message.replace('REQ-99999', ''));
    expect(await stateOf(dana, name)).toBe('pending');
  });

  test('a bystander can neither see nor decide a request', async () => {
    const dana = await acme.member('Dana');
    const bystander = await acme.member('By');
    const { name } = await ask(dana);
    expect((await refusal(showRequest(await world.as(bystander), acme.organization, name))).code).toBe(
      'not-found',
    );
    expect((await refusal(approve(bystander, name))).code).toBe('forbidden');
    expect((await refusal(deny(bystander, name))).code).toBe('forbidden');
    for (const verb of [cancelRequest, returnRequest, editRequest]) {
      expect((await refusal(verb(await world.as(bystander), on(name)))).code).toBe('not-found');
    }
    expect(await stateOf(dana, name)).toBe('pending');
  });
});

describe('a request’s access ends', () => {
  test('the requester returns what they no longer need, early and once', async () => {
    const dana = await acme.member('Dana');
    const { name } = await ask(dana);
    await approve(owner, name);
    await returnRequest(await world.as(dana), on(name));
    expect(await mayDelete(dana)).toBe(false);
    expect(await stateOf(dana, name)).toBe('returned');
    expect((await refusal(returnRequest(await world.as(dana), on(name)))).facts.state).toBe('returned');
  });

  test('an organization role that was asked for goes back to the one before when it is returned', async () => {
    const dana = await acme.member('Dana');
    const { name } = await ask(dana, { project: undefined, role: 'admin' });
    await approve(acme.admin, name);
    expect((await acme.holder(dana)).roles[0]?.role).toBe('admin');
    await returnRequest(await world.as(dana), on(name));
    expect((await acme.holder(dana)).roles[0]).toMatchObject({ role: 'member' });
  });

  test('an extension is a new request, and its approval never shortens what is held', async () => {
    const dana = await acme.member('Dana');
    const first = await ask(dana, { for: { seconds: 10 * HOUR } });
    const { until } = await approve(owner, first.name);
    const extend = async (request: string, seconds: number) =>
      extendRequest(await world.as(dana), acme.organization, {
        request,
        for: { seconds },
        reason: 'still at it',
      });
    const shorter = await extend(first.name, HOUR);
    expect((await approve(owner, shorter.name)).until).toEqual(until);
    expect((await refusal(extend(first.name, HOUR))).message).toContain('is ended');
    const longer = await extend(shorter.name, 20 * HOUR);
    expect((await approve(owner, longer.name)).until?.getTime()).toBeGreaterThan(until?.getTime() ?? 0);
    expect(
      (await refusal(extendRequest(await world.as(owner), acme.organization, { request: first.name }))).code,
    ).toBe('not-found');
  });

  test('an approval never shortens access that became lasting in the meantime', async () => {
    const dana = await acme.member('Dana');
    const { name } = await ask(dana);
    await giveGrant(await world.as(owner), {
      organizationId: acme.id,
      person: { email: dana.email },
      project: 'etl',
      role: 'developer',
    });
    expect((await approve(acme.admin, name)).until).toBeNull();
    const held = (await acme.holder(dana)).roles.find((role) => role.role === 'developer');
    expect(held?.until).toBeUndefined();
    const sam = await acme.member('Sam');
    const wanted = await ask(sam, { project: undefined, role: 'admin' });
    await changeMemberRole(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: sam.email },
      role: 'admin',
    });
    expect((await approve(acme.admin, wanted.name)).until).toBeNull();
    expect((await acme.holder(sam)).roles[0]).not.toHaveProperty('until');
  });

  test('when its time is over the request has ended, and the job says so', async () => {
    const dana = await acme.member('Dana');
    const { name, id } = await ask(dana);
    await approve(owner, name);
    await world.db.execute(sql`update grants set expires_at = clock_timestamp() where request_id = ${id}`);
    await world.db.execute(sql`update requests set access_ends_at = clock_timestamp() where id = ${id}`);
    expect(await stateOf(dana, name)).toBe('ended');
    expect(await mayDelete(dana)).toBe(false);
    const before = await acme.sequence();
    expect(await expireGrants(world.system)).toBe(1);
    expect((await acme.audited(before)).map((event) => event.action)).toEqual([
      'request.ended',
      'grant.ended',
    ]);
  });

  test('taking the access away ends the request that gave it', async () => {
    const dana = await acme.member('Dana');
    const { name } = await ask(dana);
    await approve(owner, name);
    await revokeGrants(await world.as(owner), {
      organizationId: acme.id,
      person: { email: dana.email },
      project: 'all',
    }).catch(() => undefined);
    await revokeGrants(await world.as(owner), {
      organizationId: acme.id,
      person: { email: dana.email },
      project: 'etl',
    });
    expect(await stateOf(dana, name)).toBe('ended');
  });
});
