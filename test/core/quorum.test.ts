import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { returnRequest } from '../../src/core/request/return.ts';
import { drawnRequest } from '../../src/core/request/show.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;
let oz: Person;
let pia: Person;
let dana: Person;
let request: Awaited<ReturnType<typeof openRequest>>;

const owner = (name: string) => acme.member(name, { projects: [{ project: 'etl', role: 'owner' }] });
const here = (more: { seen?: string } = {}) => ({ organizationId: acme.id, request: request.name, ...more });
const approve = async (person: Person) => approveRequest(await world.as(person), here());
const require = async (value: string) =>
  setSetting(await world.as(acme.admin), {
    organizationId: acme.id,
    key: 'approvals-required',
    value,
    workspaceId: world.workspace.id,
  });
const shown = async () => {
  const drawn = await drawnRequest(world.db, acme.id, request.id);
  if (!drawn) throw new Error('It is gone');
  return drawn;
};
const ask = async (person: Person) =>
  openRequest(await world.as(person), {
    organizationId: acme.id,
    project: 'etl',
    role: 'developer',
    for: { seconds: 3600 },
    reason: 'INC-77',
  });
const grants = () => world.count(sql`select count(*) as count from grants where request_id = ${request.id}`);
const told = () =>
  world.count(
    sql`select count(*) as count from messages where notice = 'request-settled' and subject_id = ${request.id}`,
  );
const audited = async () =>
  (await acme.audited()).filter(({ target }) => target === request.name).map(({ action }) => action);

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 24 })).database);
});

beforeEach(async () => {
  acme = await mintOrganization(world);
  await acme.project('etl');
  [oz, pia, dana] = [await owner('Oz'), await owner('Pia'), await acme.member('Dana')];
  await require('2');
  request = await ask(dana);
});

describe('a request that takes two approvals', () => {
  test('the first one gives nothing and is shown with who it is from; the second gives, and the requester hears once', async () => {
    expect(request).toMatchObject({ required: 2, toOperators: false });
    const first = await approve(oz);
    expect(first.waiting).toEqual({ given: 1, required: 2 });
    expect(await grants()).toBe(0);
    expect(await told()).toBe(0);
    expect(await shown()).toMatchObject({
      state: 'pending',
      approvals: { required: 2, counted: [{ by: oz.email }] },
    });
    expect((await approve(pia)).waiting).toBeUndefined();
    expect(await grants()).toBe(1);
    expect(await told()).toBe(1);
    expect((await shown()).decisions.map(({ by }) => by)).toEqual([oz.email, pia.email]);
    expect(await audited()).toEqual(['request.opened', 'approval.given', 'request.approved']);
  });

  test('every copy is drawn anew at each approval', async () => {
    const copies = await world.count(
      sql`select count(*) as count from messages where notice = 'request' and subject_id = ${request.id}`,
    );
    expect(copies).toBe(3);
    for (const person of [oz, pia]) {
      world.jobs.length = 0;
      await approve(person);
      const drawn = rowsOf<{ id: string }>(
        await world.db.execute(
          sql`select id from messages where notice = 'request' and subject_id = ${request.id}`,
        ),
      ).map(({ id }) => id);
      expect(world.jobs.flatMap(({ data }) => data.messageId ?? [])).toEqual(expect.arrayContaining(drawn));
    }
  });

  test('the same person is told that their approval is there already', async () => {
    await approve(oz);
    const again = await refusal(approve(oz));
    expect(again.message).toBe(
      `${request.name} has your approval already: 1 of 2. Your click changed nothing.`,
    );
    expect(await grants()).toBe(0);
  });

  test('two accounts of one person, and two users who once shared an account, are one approval', async () => {
    await approve(oz);
    const elsewhere: Person = {
      ...oz,
      account: { platform: 'discord', workspaceId: '', externalId: `${Date.now()}` },
    };
    await world.link(elsewhere);
    expect((await refusal(approve(elsewhere))).message).toContain('has your approval already');
    // Pia takes over the account that Oz has given up: from then on they may be one person.
    await unlinkAccount(await world.as(elsewhere));
    await world.db.execute(
      sql`update accounts set unlinked_at = unlinked_at - interval '25 hours' where unlinked_at is not null`,
    );
    await world.link({ ...pia, account: elsewhere.account });
    expect((await refusal(approve(pia))).message).toContain('has your approval already');
    expect(await grants()).toBe(0);
  });

  test('abuse 10: the approval of somebody who may not give it any more no longer counts, and the card says so', async () => {
    await approve(oz);
    const admin = await world.as(acme.admin);
    await revokeGrants(admin, { organizationId: acme.id, person: { email: oz.email }, project: 'etl' });
    expect((await approve(pia)).waiting).toEqual({ given: 1, required: 2 });
    expect((await shown()).approvals).toMatchObject({
      counted: [{ by: pia.email }],
      lost: [{ by: oz.email }],
    });
    expect(await grants()).toBe(0);
    await giveGrant(admin, {
      organizationId: acme.id,
      person: { email: oz.email },
      project: 'etl',
      role: 'owner',
    });
    expect((await shown()).approvals.counted).toHaveLength(2);
  });

  test('the approval of somebody deactivated counts only while they are active', async () => {
    await approve(oz);
    const admin = await world.as(acme.admin);
    const person = { organizationId: acme.id, person: { email: oz.email } };
    await deactivateMember(admin, person);
    expect((await approve(pia)).waiting).toEqual({ given: 1, required: 2 });
    await reactivateMember(admin, person);
    expect((await approve(acme.admin)).waiting).toBeUndefined();
    expect(await grants()).toBe(1);
  });

  test('one denial settles it, also by somebody who has approved', async () => {
    await approve(oz);
    const denied = await denyRequest(await world.as(oz), { ...here(), reason: 'on second thoughts' });
    expect(denied.name).toBe(request.name);
    expect(await shown()).toMatchObject({
      state: 'denied',
      decisions: [{ by: oz.email, decision: 'denied' }],
    });
    expect((await refusal(approve(pia))).code).toBe('wrong-state');
    expect(await told()).toBe(1);
  });

  test('abuse 13: a change of the request voids what was approved, and says so', async () => {
    await approve(oz);
    const edited = await editRequest(await world.as(dana), { ...here(), for: { seconds: 7200 } });
    expect(edited.voided).toEqual([oz.email]);
    expect((await shown()).approvals).toMatchObject({ counted: [], outdated: [{ by: oz.email }] });
    expect((await approve(pia)).waiting).toEqual({ given: 1, required: 2 });
    expect((await approve(oz)).waiting).toBeUndefined();
    expect(await grants()).toBe(1);
  });

  test('where one is enough by now, whoever has approved completes it with another click', async () => {
    await approve(oz);
    await world.db.execute(sql`update settings set value = '1' where organization_id = ${acme.id}`);
    expect((await approve(oz)).waiting).toBeUndefined();
    expect(await grants()).toBe(1);
  });

  const flagged = async () =>
    rowsOf<{ event: string }>(
      await world.db.execute(
        sql`select event from audit where organization_id = ${acme.id} and action = 'request.approved'`,
      ),
    ).map(({ event }) => JSON.parse(event).facts.flagged);

  test('abuse 9: that one of two approvers invited the other today stands on the card and in the audit', async () => {
    const quinn = await owner('Quinn');
    await approve(quinn);
    expect((await shown()).decisions).toMatchObject([{ by: quinn.email, invitedBy: null }]);
    await approve(acme.admin);
    expect((await shown()).decisions).toMatchObject([
      { by: quinn.email, invitedBy: acme.admin.email },
      { by: acme.admin.email, invitedBy: null },
    ]);
    expect(await flagged()).toEqual([[`${quinn.email} was invited by ${acme.admin.email}`]]);
  });

  test('abuse 9: so does that the requester invited the approver, and no longer after a day', async () => {
    await world.db.execute(sql`update settings set value = '1' where organization_id = ${acme.id}`);
    for (const [age, by] of [
      ['23 hours', acme.admin.email],
      ['25 hours', null],
    ] as const) {
      const quinn = await owner('Quinn');
      await world.db.execute(sql`update invitations set settled_at = settled_at - ${age}::interval
        where organization_id = ${acme.id} and email = ${quinn.email}`);
      request = await ask(acme.admin);
      await approve(quinn);
      expect((await shown()).decisions).toMatchObject([{ by: quinn.email, invitedBy: by }]);
      await returnRequest(await world.as(acme.admin), here());
    }
    expect((await flagged()).map((each) => each?.length ?? 0)).toEqual([1, 0]);
  });

  test('fewer deciders than it takes: operators may complete it, and the requester learns so at once', async () => {
    await world.db.execute(sql`update settings set value = '5' where organization_id = ${acme.id}`);
    const opened = await ask(await acme.member('Eve'));
    expect(opened).toMatchObject({ required: 5, toOperators: true });
    expect(opened.deciders).toHaveLength(3);
  });
});
