import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { resendInvitation } from '../../src/core/invitation/resend.ts';
import { revokeInvitation } from '../../src/core/invitation/revoke.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { serverDatabase } from '../support/database.ts';
import { asOperator } from '../support/operators.ts';
import { invite, type Minted, mintOrganization } from '../support/organization.ts';
import { atOnce, createWorld, fulfilled, refusals, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 24 })).database);
  acme = await mintOrganization(world);
});

const members = () =>
  world.count(sql`
    select count(*) as count from principals
    where organization_id = ${acme.id} and kind = 'member' and state = 'active'`);

test('abuse 27: of 100 acceptances at once one makes a membership, and 99 hear that it was accepted', async () => {
  const { email } = world.stranger('Many');
  await invite(acme, email);
  const token = await acme.token(email);
  const before = await members();
  const results = await atOnce(
    world,
    acme.id,
    Array.from({ length: 100 }, () => () => acceptInvitation(world.system, { token })),
  );
  expect(fulfilled(results)).toHaveLength(1);
  expect(refusals(results)).toHaveLength(99);
  expect(new Set(refusals(results))).toEqual(new Set(['wrong-state']));
  expect(await members()).toBe(before + 1);
  const joined = (await acme.audited()).filter((event) => event.target === email);
  expect(joined.map((event) => event.action)).toEqual([
    'invitation.sent',
    'invitation.accepted',
    'member.joined',
  ]);
});

test('accept, revoke and resend at one instant end in one state that the counters agree with', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { email } = world.stranger('Race');
    await invite(acme, email);
    const token = await acme.token(email);
    const ines = await world.as(acme.admin);
    const here = { organizationId: acme.id, email };
    const results = await atOnce<unknown>(world, acme.id, [
      () => acceptInvitation(world.system, { token }),
      () => revokeInvitation(ines, here),
      () => resendInvitation(ines, here),
    ]);
    const [accepted, revoked] = results.map((result) => result.status === 'fulfilled');
    expect([accepted, revoked].filter(Boolean)).toHaveLength(1);
    expect(new Set(refusals(results))).toEqual(new Set(['wrong-state']));
    const pending = sql`
      select count(*) as count from invitations where organization_id = ${acme.id} and state = 'pending'`;
    const counted = sql`select invitations as count from ledgers where organization_id = ${acme.id}`;
    expect(await world.count(counted)).toBe(await world.count(pending));
  }
  const counted = await world.count(
    sql`select members as count from ledgers where organization_id = ${acme.id}`,
  );
  expect(counted).toBe(await members());
}, 60_000);

test('CW-27: the same address invited ten times at once has one invitation and one letter', async () => {
  const { email } = world.stranger('Same');
  const ines = await world.as(acme.admin);
  const results = await atOnce(
    world,
    acme.id,
    Array.from(
      { length: 10 },
      () => () => sendInvitations(ines, { organizationId: acme.id, emails: [email] }),
    ),
  );
  const outcomes = fulfilled(results).map(({ results: [result] }) => result?.outcome);
  expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'pending')).toHaveLength(9);
  expect(
    await world.count(
      sql`select count(*) as count from messages where notice = 'invitation' and recipient = ${email}`,
    ),
  ).toBe(1);
});

test('PF-14 the limit on members holds when many are invited at once', async () => {
  const small = await mintOrganization(world, 'Small');
  const ctx = await world.as(small.admin);
  const operator = await asOperator(world, small.admin);
  await setSetting(operator, { organizationId: small.id, key: 'members-limit', value: '5', workspaceId: '' });
  const emails = Array.from({ length: 10 }, () => world.stranger('Crowd').email);
  const results = await atOnce(
    world,
    small.id,
    emails.map((email) => () => sendInvitations(ctx, { organizationId: small.id, emails: [email] })),
  );
  const outcomes = fulfilled(results).map(({ results: [result] }) => result?.outcome);
  expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(4);
  expect(outcomes.filter((outcome) => outcome === 'limit')).toHaveLength(6);
});
