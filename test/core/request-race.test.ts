import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../src/core/context.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { type Opened, openRequest } from '../../src/core/request/open.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { atOnce, createWorld, fulfilled, type Person, refusals, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 24 })).database);
  acme = await mintOrganization(world);
  await acme.project('etl');
});

const ask = async (person: Person): Promise<Opened> =>
  openRequest(await world.as(person), {
    organizationId: acme.id,
    project: 'etl',
    role: 'developer',
    for: { seconds: 3600 },
    reason: 'INC-77',
  });

const outcomes = async (request: Opened) => ({
  decisions: await world.count(sql`select count(*) as count from decisions where request_id = ${request.id}`),
  grants: await world.count(sql`select count(*) as count from grants where request_id = ${request.id}`),
  told: await world.count(sql`
    select count(*) as count from messages where notice = 'request-settled' and data ->> 'requestId' = ${request.id}`),
  audited: (await acme.audited())
    .filter((event) => event.target === request.name && event.action !== 'request.opened')
    .map((event) => event.action),
});

const approval = (ctx: Context, request: Opened) => () =>
  approveRequest(ctx, { organizationId: acme.id, request: request.name });
const denial = (ctx: Context, request: Opened) => () =>
  denyRequest(ctx, { organizationId: acme.id, request: request.name, reason: 'no' });

describe('abuse 12: many decide at once', () => {
  test('abuse 12: of 50 approvals at once one counts: one decision, one grant, one audit event, one message', async () => {
    const dana = await acme.member('Dana');
    const deciders = await Promise.all(
      ['Ada', 'Bo', 'Cy', 'Di', 'Ed'].map((name) =>
        acme.member(name, { projects: [{ project: 'etl', role: 'owner' }] }),
      ),
    );
    const contexts = await Promise.all([acme.admin, ...deciders].map((person) => world.as(person)));
    const request = await ask(dana);
    const clicks = Array.from({ length: 50 }, (_, i) =>
      approval(contexts[i % contexts.length] as Context, request),
    );
    const results = await atOnce(world, acme.id, clicks);
    expect(fulfilled(results)).toHaveLength(1);
    expect(new Set(refusals(results))).toEqual(new Set(['wrong-state']));
    expect(await outcomes(request)).toEqual({
      decisions: 1,
      grants: 1,
      told: 1,
      audited: ['request.approved'],
    });
  });

  test('abuse 12: approve against deny ends in one of the two, in every round', async () => {
    const ada = await acme.member('Ada', { projects: [{ project: 'etl', role: 'owner' }] });
    const [yes, no] = [await world.as(acme.admin), await world.as(ada)];
    const ended = [];
    for (let round = 0; round < 20; round += 1) {
      const request = await ask(await acme.member('Dana'));
      const clicks = [approval(yes, request), denial(no, request)];
      const results = await atOnce(world, acme.id, round % 2 === 0 ? clicks : clicks.reverse());
      expect(fulfilled(results)).toHaveLength(1);
      expect(refusals(results)).toEqual(['wrong-state']);
      const outcome = await outcomes(request);
      ended.push(outcome.audited.join());
      expect(outcome).toMatchObject({
        decisions: 1,
        told: 1,
        grants: outcome.audited[0] === 'request.approved' ? 1 : 0,
      });
      expect(['request.approved', 'request.denied']).toContain(outcome.audited.join());
    }
    expect(ended).toHaveLength(20);
  }, 60_000);

  test('abuse 11: an approver who loses the role at that instant either was first or approves nothing', async () => {
    for (let round = 0; round < 20; round += 1) {
      const kim = await acme.member('Kim', { projects: [{ project: 'etl', role: 'owner' }] });
      const request = await ask(await acme.member('Dana'));
      const [hers, mine] = [await world.as(kim), await world.as(acme.admin)];
      const revoke = async () => {
        await revokeGrants(mine, { organizationId: acme.id, person: { email: kim.email }, project: 'etl' });
      };
      const approve = async () => {
        await approval(hers, request)();
      };
      const results = await atOnce(world, acme.id, round % 2 === 0 ? [revoke, approve] : [approve, revoke]);
      const order = (await acme.audited())
        .filter((event) => event.target === request.name || event.target === kim.email)
        .map((event) => event.action);
      const { grants } = await outcomes(request);
      if (refusals(results).length === 0) {
        expect(order.indexOf('request.approved')).toBeLessThan(order.indexOf('grant.revoked'));
        expect(grants).toBe(1);
      } else {
        expect(refusals(results)).toEqual(['forbidden']);
        expect(order).not.toContain('request.approved');
        expect(grants).toBe(0);
      }
    }
  }, 60_000);

  test('abuse 13: an edit and an approval of the old card at one instant never give what the card did not show', async () => {
    for (let round = 0; round < 10; round += 1) {
      const dana = await acme.member('Dana');
      const request = await ask(dana);
      const seen = await world.db.query.requests.findFirst({
        where: (row, { eq }) => eq(row.id, request.id),
      });
      const [hers, mine] = [await world.as(dana), await world.as(acme.admin)];
      const here = { organizationId: acme.id, request: request.name };
      const results = await atOnce<unknown>(world, acme.id, [
        () => editRequest(hers, { ...here, for: { seconds: 86_400 } }),
        () => approveRequest(mine, { ...here, seen: seen?.contentHash }),
      ]);
      expect(fulfilled(results)).toHaveLength(1);
      expect(['changed', 'wrong-state']).toContain(refusals(results)[0]);
      const [edited] = results;
      expect((await outcomes(request)).grants).toBe(edited?.status === 'fulfilled' ? 0 : 1);
    }
  }, 60_000);
});

describe('a delivery counts once', () => {
  test('abuse 16 and 19: the same delivery twice at one instant, and once more later, changes something once', async () => {
    const dana = await acme.member('Dana');
    const hers = await world.as(dana, `delivery-${dana.email}`);
    const before = await acme.sequence();
    const open = () =>
      openRequest(hers, { organizationId: acme.id, project: 'etl', role: 'runner', reason: 'x' });
    const results = await atOnce(world, acme.id, [open, open]);
    expect(fulfilled(results)).toHaveLength(1);
    expect(refusals(results)).toEqual(['duplicate']);
    await expect(open()).rejects.toMatchObject({ code: 'duplicate' });
    expect(await acme.sequence()).toBe(before + 1);
  });

  test('a delivery whose change was refused or lost may come again', async () => {
    const dana = await acme.member('Dana');
    const hers = await world.as(dana, `again-${dana.email}`);
    const open = (role: string, enqueue = hers.enqueue) =>
      openRequest({ ...hers, enqueue }, { organizationId: acme.id, project: 'etl', role, reason: 'x' });
    await expect(open('no-such-role')).rejects.toMatchObject({ code: 'not-found' });
    const lost = async () => {
      throw new Error('the queue is gone');
    };
    await expect(open('runner', lost)).rejects.toThrow('the queue is gone');
    expect(await open('runner')).toMatchObject({ role: 'runner' });
  });
});
