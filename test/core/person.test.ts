import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { showRequest } from '../../src/core/request/show.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  await acme.project('etl');
});

const ask = async (person: Person) =>
  openRequest(await world.as(person), {
    organizationId: acme.id,
    project: 'etl',
    role: 'developer',
    reason: 'x',
  });

const owner = (name: string) => acme.member(name, { projects: [{ project: 'etl', role: 'owner' }] });

/** A day goes by for everything that was unlinked. */
const dayLater = async () =>
  world.db.execute(
    sql`update accounts set unlinked_at = unlinked_at - interval '25 hours' where unlinked_at is not null`,
  );

describe('rule 10: nobody decides a request of their own, compared as persons', () => {
  test('abuse 7: another account of the same person, on another platform, cannot approve', async () => {
    const olli = await owner('Olli');
    const elsewhere: Person = {
      ...olli,
      account: { platform: 'discord', workspaceId: '', externalId: `${Date.now()}` },
    };
    const request = await ask(olli);
    const unlinked = approveRequest(await world.as(elsewhere), {
      organizationId: acme.id,
      request: request.name,
    });
    expect((await refusal(unlinked)).code).toBe('not-found');
    await world.link(elsewhere);
    const here = { organizationId: acme.id, request: request.name };
    expect((await refusal(approveRequest(await world.as(elsewhere), here))).code).toBe('own-request');
    expect((await refusal(denyRequest(await world.as(elsewhere), { ...here, reason: 'x' }))).code).toBe(
      'own-request',
    );
    expect((await showRequest(await world.as(elsewhere), acme.organization, request.name)).mayDecide).toBe(
      false,
    );
  });

  test('abuse 8: an account that was relinked to another person is still who asked', async () => {
    const asker = await owner('Asa');
    const second = await owner('Sec');
    const request = await ask(asker);
    // The second person takes over the asker's chat account, then decides from an account of their own.
    await unlinkAccount(await world.as(asker));
    const stolen: Person = { ...second, account: asker.account };
    expect((await refusal(world.link(stolen))).code).toBe('limit');
    await dayLater();
    await world.link(stolen);
    const here = { organizationId: acme.id, request: request.name };
    expect((await refusal(approveRequest(await world.as(stolen), here))).code).toBe('own-request');
    expect((await refusal(approveRequest(await world.as(second), here))).code).toBe('own-request');
    await unlinkAccount(await world.as(stolen));
    expect((await refusal(approveRequest(await world.as(second), here))).code).toBe('own-request');
    expect(await approveRequest(await world.as(acme.admin), here)).toMatchObject({ requester: asker.email });
  });

  test('abuse 8: whoever once shared an account with the requester is not asked either', async () => {
    const asker = await owner('Asa');
    const second = await owner('Sec');
    await unlinkAccount(await world.as(asker));
    await dayLater();
    const shared: Person = { ...second, account: asker.account };
    await world.link(shared);
    const other: Person = {
      ...asker,
      account: { ...asker.account, externalId: `${asker.account.externalId}2` },
    };
    await world.link(other);
    const { deciders } = await ask(other);
    expect(deciders).not.toContain(second.email);
    expect(deciders).toContain(acme.admin.email);
  });

  test('an account without a link decides nothing, whoever it looks like', async () => {
    const request = await ask(await acme.member('Dana'));
    const twin: Person = { ...acme.admin, account: { ...acme.admin.account, workspaceId: 'T-OTHER' } };
    const here = { organizationId: acme.id, request: request.name };
    expect((await refusal(approveRequest(await world.as(twin), here))).code).toBe('not-found');
  });
});
