import { eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { acceptInvitation } from '../../../src/core/invitation/accept.ts';
import { sendInvitations } from '../../../src/core/invitation/send.ts';
import { removeMember } from '../../../src/core/member/remove.ts';
import { deactivateMember } from '../../../src/core/member/set-state.ts';
import { seal } from '../../../src/core/secret-box.ts';
import { secretBox } from '../../../src/core/sso/provider.ts';
import { members, ssoProviders } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal } from '../../support/world.ts';

const ISSUER = 'https://id.example.com';
const world = createWorld((await embeddedDatabase()).database);
let here: Minted;
let dana: Person;

beforeEach(async () => {
  here = await mintOrganization(world, 'Signing', 'crusoe');
  await here.project('etl');
  await world.db.insert(ssoProviders).values({
    organizationId: here.id,
    issuer: ISSUER,
    clientId: 'rollcall',
    clientSecret: seal(secretBox(world.installation.secretKey, here.id, ISSUER), 'secret'),
  });
  dana = await here.member('Dana', { role: 'org-reader' });
});

const ask = async (by = here.admin) =>
  (
    await sendInvitations(await world.as(by), {
      organizationId: here.id,
      emails: [dana.email],
      role: 'org-admin',
      projects: [{ project: 'etl', role: 'project-editor' }],
      sso: true,
    })
  ).results[0]?.outcome;
const accept = async (signedInAs?: string) =>
  acceptInvitation(world.system, {
    token: await here.token(dana.email),
    ...(signedInAs ? { signedInAs } : {}),
  });
const signs = async () =>
  (await world.db.select().from(members).where(eq(members.organizationId, here.id))).find(
    ({ email }) => email === dana.email,
  )?.ssoRequired;
const held = async () => (await here.holder(dana)).roles.map(({ role }) => role);

test('a member who signs in with the provider keeps what they have, whatever the invitation named', async () => {
  expect(await ask()).toBe('asked');
  expect((await refusal(accept())).code).toBe('sso-required');
  expect((await refusal(accept('mallory@example.org'))).code).toBe('sso-required');
  expect(await signs()).toBe(false);
  const before = await here.sequence();
  expect((await accept(dana.email)).member).toEqual({
    email: dana.email,
    role: 'org-reader',
    state: 'active',
  });
  expect(await signs()).toBe(true);
  expect(await held()).toEqual(['org-reader']);
  expect((await here.audited(before)).map(({ action }) => action)).toEqual(['member.signed-in']);
  expect(await ask()).toBe('already-member');
});

test('whoever is removed or deactivated meanwhile does not come back by it', async () => {
  const person = { organizationId: here.id, person: { email: dana.email } };
  await ask();
  await deactivateMember(await world.as(here.admin), person);
  expect((await refusal(accept(dana.email))).code).toBe('wrong-state');
  expect(await signs()).toBe(false);
  await removeMember(await world.as(here.admin), person);
  expect((await refusal(accept(dana.email))).code).toBe('wrong-state');
  expect((await here.holder(dana)).state).toBe('removed');
});

test('nobody asks it who may not invite', async () => {
  expect((await refusal(ask(dana))).code).toBe('forbidden');
});
