import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { leaveOrganization, removeMember } from '../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { constraintOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { atOnce, createWorld, type Person, refusal, refusals, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 12 })).database);
});

const admins = async (here: Minted) =>
  world.count(sql`
    select count(*) as count from principals p join roles r on r.organization_id = p.organization_id and r.id = p.role_id
    where p.organization_id = ${here.id} and p.state = 'active' and r.administers and p.role_until is null`);

const demote = async (here: Minted, by: Person, whom: Person) =>
  changeMemberRole(await world.as(by), {
    organizationId: here.id,
    person: { email: whom.email },
    role: 'member',
  });

describe('rule 6: an organization always has an administrator', () => {
  test('rule 6: the last one cannot be demoted, limited in time, deactivated or removed, nor leave', async () => {
    const acme = await mintOrganization(world);
    const ines = await world.as(acme.admin);
    const who = { organizationId: acme.id, person: { email: acme.admin.email } };
    const before = await acme.sequence();
    const attempts = [
      () => changeMemberRole(ines, { ...who, role: 'member' }),
      () => changeMemberRole(ines, { ...who, role: null }),
      () => changeMemberRole(ines, { ...who, role: 'admin', for: { seconds: 3600 } }),
      () => deactivateMember(ines, who),
      () => removeMember(ines, who),
      () => leaveOrganization(ines, who),
    ];
    for (const attempt of attempts) expect((await refusal(attempt())).code).toBe('last-admin');
    expect(await acme.sequence()).toBe(before);
    expect(await admins(acme)).toBe(1);
    expect((await acme.holder(acme.admin)).state).toBe('active');
  });

  test('rule 6: an administrator with an end or who is deactivated does not count as one', async () => {
    const acme = await mintOrganization(world);
    const timed = await acme.member('Tim');
    await changeMemberRole(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: timed.email },
      role: 'admin',
      for: { seconds: 3600 },
    });
    const frozen = await acme.member('Fro', { role: 'admin' });
    await deactivateMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: frozen.email },
    });
    const leaving = leaveOrganization(await world.as(acme.admin), { organizationId: acme.id });
    expect((await refusal(leaving)).code).toBe('last-admin');
    await reactivateMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: frozen.email },
    });
    await leaveOrganization(await world.as(acme.admin), { organizationId: acme.id });
    expect(await admins(acme)).toBe(1);
  });

  test('rule 6: an operator cannot remove the last administrator either', async () => {
    const olga = await world.person('Olga');
    const acme = await mintOrganization(world);
    const operators = createWorld(world.database, {
      ...world.installation,
      operators: [olga.email, acme.admin.email],
    });
    const ctx = { ...(await world.as(acme.admin)), installation: operators.installation };
    const operator = { ...ctx, actor: { ...ctx.actor, operator: true } as typeof ctx.actor };
    const leaving = leaveOrganization(operator, { organizationId: acme.id });
    expect((await refusal(leaving)).code).toBe('last-admin');
  });

  test('rule 6: last administrators who leave, are removed and are deactivated at the same instant leave one', async () => {
    for (let round = 0; round < 10; round += 1) {
      const acme = await mintOrganization(world);
      const [ada, bo, cy] = await Promise.all(
        ['Ada', 'Bo', 'Cy'].map((name) => acme.member(name, { role: 'admin' })),
      );
      if (!ada || !bo || !cy) throw new Error('three were invited');
      const at = async (by: Person, whom: Person) =>
        [await world.as(by), { organizationId: acme.id, person: { email: whom.email } }] as const;
      const results = await atOnce(world, acme.id, [
        async () => leaveOrganization(...(await at(acme.admin, acme.admin))),
        async () => removeMember(...(await at(ada, bo))),
        async () => deactivateMember(...(await at(bo, ada))),
        async () => leaveOrganization(...(await at(cy, cy))),
        () => demote(acme, bo, cy),
      ]);
      expect(
        refusals(results).filter(
          (code) => !['last-admin', 'forbidden', 'not-member', 'not-found', 'deactivated'].includes(code),
        ),
      ).toEqual([]);
      expect(await admins(acme)).toBeGreaterThanOrEqual(1);
    }
  }, 60_000);

  test('rule 6: Postgres itself refuses a ledger without administrators', async () => {
    const acme = await mintOrganization(world);
    const zero = world.db.execute(sql`update ledgers set admins = 0 where organization_id = ${acme.id}`);
    await expect(zero).rejects.toSatisfy((error) => constraintOf(error) === 'ledgers_an_admin_remains');
  });
});
