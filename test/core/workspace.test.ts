import { beforeAll, describe, expect, test } from 'vitest';
import { connectOrganization } from '../../src/core/organization/connect.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { useOrganization } from '../../src/core/organization/use.ts';
import { identify } from '../../src/core/user/identify.ts';
import { embeddedDatabase } from '../support/database.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

let world: World;
let ada: Person;
let zoe: Person;
let acme: { id: string; slug: string };
let other: { id: string; slug: string };

const north = { id: '100000000000000001', name: 'North' };
const south = { id: '100000000000000002', name: 'South' };
const direct = { id: '', name: 'Direct' };

/** Of a platform where an account is the same person in every workspace. */
const everywhere = async (name: string): Promise<Person> => {
  const stranger = world.stranger(name);
  const person: Person = {
    ...stranger,
    account: { platform: 'discord', workspaceId: '', externalId: stranger.account.externalId },
  };
  await world.link(person);
  return person;
};
const reached = async (person: Person, workspaceId: string) => {
  const { organizations } = await identify(world.db, person.account, workspaceId, []);
  return organizations.filter(({ connected }) => connected).map(({ slug }) => slug);
};

beforeAll(async () => {
  const { database } = await embeddedDatabase();
  world = createWorld(database);
  [ada, zoe] = [await everywhere('Ada'), await everywhere('Zoe')];
  acme = await createOrganization(await world.as(ada), {
    name: 'Acme',
    workspace: { ...north, managed: true },
  });
  other = await createOrganization(await world.as(zoe), {
    name: 'Other',
    workspace: { ...south, managed: true },
  });
});

describe('where people know who manages a workspace, nobody else ties an organization to it', () => {
  test('an administrator who does not manage it creates and connects nothing there', async () => {
    const workspace = { ...south, managed: false };
    const refused = { code: 'forbidden', message: expect.stringContaining('only those who manage South') };
    await expect(createOrganization(await world.as(ada), { name: 'Mine', workspace })).rejects.toMatchObject(
      refused,
    );
    await expect(
      connectOrganization(await world.as(ada), { slug: acme.slug, workspace }),
    ).rejects.toMatchObject(refused);
    expect(await reached(ada, south.id)).toEqual([other.slug]);
  });

  test('a direct message is no workspace to tie anything to', async () => {
    const workspace = { ...direct, managed: false };
    const refused = { code: 'forbidden', message: expect.stringContaining('direct message') };
    await expect(createOrganization(await world.as(ada), { name: 'Mine', workspace })).rejects.toMatchObject(
      refused,
    );
    await expect(
      connectOrganization(await world.as(ada), { slug: acme.slug, workspace }),
    ).rejects.toMatchObject(refused);
  });

  test('whoever manages it and does not run the organization hears that there is none', async () => {
    const workspace = { ...south, managed: true };
    await expect(
      connectOrganization(await world.as(zoe), { slug: acme.slug, workspace }),
    ).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('what one reaches', () => {
  test('abuse 2: in a foreign workspace, only what is connected to it', async () => {
    expect(await reached(ada, north.id)).toEqual([acme.slug]);
    expect(await reached(ada, south.id)).toEqual([other.slug]);
    expect(
      (await identify(world.db, ada.account, south.id, [])).organizations.find(
        ({ slug }) => slug === other.slug,
      )?.state,
    ).toBeUndefined();
  });

  test('in a direct message, one’s own organizations that are connected anywhere, and no other', async () => {
    expect(await reached(ada, '')).toEqual([acme.slug]);
    expect(await reached(zoe, '')).toEqual([other.slug]);
    const names = (await identify(world.db, ada.account, '', [])).organizations.map(({ slug }) => slug);
    expect(names).toEqual([acme.slug]);
  });

  test('what is kept for each workspace cannot be set where there is none', async () => {
    const input = { organizationId: acme.id, workspaceId: '' };
    const refused = { code: 'wrong-state' };
    await expect(useOrganization(await world.as(ada), input)).rejects.toMatchObject(refused);
    const channel = { ...input, key: 'approvals-channel', value: '100000000000000009' };
    await expect(setSetting(await world.as(ada), channel)).rejects.toMatchObject(refused);
    await expect(
      setSetting(await world.as(ada), { ...channel, workspaceId: south.id }),
    ).rejects.toMatchObject(refused);
    await setSetting(await world.as(ada), { ...channel, workspaceId: north.id });
  });
});
