import { beforeAll, expect, test } from 'vitest';
import { look } from '../../../src/core/change.ts';
import { needWhom, searchForFix } from '../../../src/core/drift/whom.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { deactivateMember } from '../../../src/core/member/set-state.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let here: Minted;
let people: Record<'ben' | 'cleo' | 'dana' | 'timo', Person>;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  here = await mintOrganization(world);
  const [ben, cleo, dana, timo] = [
    await here.member('Ben'),
    await here.member('Cleo'),
    await here.member('Dana'),
    await here.member('Timo'),
  ];
  people = { ben, cleo, dana, timo };
  const ines = await world.as(here.admin);
  const named = ({ email }: Person) => ({ organizationId: here.id, person: { email } });
  await changeMemberRole(ines, { ...named(ben), role: 'admin' });
  await changeMemberRole(ines, { ...named(timo), role: 'admin', for: { seconds: 3600 } });
  await deactivateMember(ines, named(dana));
});

const offered = async (rule: string | undefined, who = here.admin, typed = '') =>
  look(await world.as(who), here.organization, async (s) =>
    (await searchForFix(s, typed, { rule })).map(({ email }) => email),
  );
const emails = (...who: Person[]) => who.map(({ email }) => email).sort();

test('offers for a second administrator whoever is active and none yet, or is one for a time alone', async () => {
  const { cleo, timo, ben, dana } = people;
  expect(await offered('single-admin')).toEqual(emails(cleo, timo));
  expect(await offered('too-many-admins')).toEqual(emails(here.admin, ben));
  expect(await offered('service-account-ownerless')).toEqual(emails(here.admin, ben, cleo, timo));
  expect(await offered(undefined)).toEqual(emails(here.admin, ben, cleo, timo, dana));
  expect(await offered('single-admin', here.admin, cleo.email.slice(0, 6))).toEqual([cleo.email]);
});

test('offers nobody to another organization’s administrator', async () => {
  const globex = await mintOrganization(world, 'Globex');
  expect(await offered('single-admin', globex.admin)).toEqual([]);
});

test('refuses before anything is confirmed to name somebody whom it would not help to name', async () => {
  const naming = async (whom: Parameters<typeof needWhom>[2], { email }: Person) =>
    refusal(needWhom(await world.as(here.admin), here.organization, whom, { email }));
  const { ben, cleo, dana } = people;
  expect((await naming('no-administrator', here.admin)).message).toContain('is an administrator already');
  expect((await naming('no-administrator', ben)).field).toBe('user');
  expect((await naming('member', dana)).message).toContain('is deactivated');
  expect((await naming('administrator', cleo)).message).toContain('is no administrator');
  const plain = needWhom(await world.as(cleo), here.organization, 'member', { email: ben.email });
  expect((await refusal(plain)).code).toBe('forbidden');
});
