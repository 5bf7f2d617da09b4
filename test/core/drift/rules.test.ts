import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { removeMember } from '../../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../../src/core/member/set-state.ts';
import { setDefaultRole } from '../../../src/core/project/set-default-role.ts';
import { createServiceAccount } from '../../../src/core/service-account/create.ts';
import { createOrganizationToken } from '../../../src/core/token/create-organization.ts';
import { createPersonalToken } from '../../../src/core/token/create-personal.ts';
import { deactivateToken } from '../../../src/core/token/set-state.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { customRole, invite, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, type World } from '../../support/world.ts';
import { seen } from './seen.ts';

let world: World;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
});

const person = ({ email }: Person) => ({ person: { email } });
const aged = (interval: string) => sql.raw(`clock_timestamp() - interval '${interval}'`);
const set = async (here: Minted, key: string, value: unknown) =>
  world.db.execute(sql`insert into settings (organization_id, key, value)
    values (${here.id}, ${key}, ${JSON.stringify(value)}::jsonb)`);

describe('token-owner-deactivated', () => {
  let here: Minted;
  let ctx: Context;
  let dana: Person;
  const finds = () => seen(here, 'token-owner-deactivated');

  beforeAll(async () => {
    here = await mintOrganization(world, 'Wave', 'coreweave');
    ctx = await world.as(here.admin);
    dana = await here.member('Dana');
    await createOrganizationToken(ctx, {
      organizationId: here.id,
      name: 'ci',
      member: { email: dana.email },
    });
  });

  test('CW-40: an organization token is found once its associated member is deactivated, and not after', async () => {
    expect(await finds()).toEqual([]);
    await deactivateMember(ctx, { organizationId: here.id, ...person(dana) });
    expect(await finds()).toEqual([
      `Token ci is active, and ${dana.email}, whom it is associated with, is deactivated`,
    ]);
    await reactivateMember(ctx, { organizationId: here.id, ...person(dana) });
    expect(await finds()).toEqual([]);
  });

  test('CW-40: an offboarding that nobody finished counts even where the member is active again', async () => {
    await world.db.execute(sql`insert into offboardings (organization_id, id, user_id)
      values (${here.id}, gen_random_uuid(), ${await here.userId(dana.email)})`);
    expect(await finds()).toEqual([expect.stringContaining('has an offboarding that nobody finished')]);
    await world.db.execute(sql`update offboardings set closed_at = clock_timestamp()`);
    expect(await finds()).toEqual([]);
  });

  test('CW-40, CW-37: a removed member’s token is found until somebody deals with it', async () => {
    await world.db.execute(sql`update principals set state = 'removed', role_id = null
      where organization_id = ${here.id} and id = ${await here.userId(dana.email)}`);
    expect(await finds()).toEqual([expect.stringContaining('is no longer a member')]);
    await deactivateToken(ctx, { organizationId: here.id, name: 'ci' });
    expect(await finds()).toEqual([]);
  });

  test('CR-27: a personal token is found while its owner is deactivated', async () => {
    const crusoe = await mintOrganization(world, 'Crew', 'crusoe');
    const finn = await crusoe.member('Finn');
    await createPersonalToken(await world.as(finn), { organizationId: crusoe.id, name: 'laptop' });
    await deactivateMember(await world.as(crusoe.admin), { organizationId: crusoe.id, ...person(finn) });
    expect(await seen(crusoe, 'token-owner-deactivated')).toEqual([
      `Personal token laptop is active, and its owner ${finn.email} is deactivated`,
    ]);
  });
});

describe('tokens', () => {
  let here: Minted;
  let ctx: Context;

  beforeAll(async () => {
    here = await mintOrganization(world, 'Tokens', 'coreweave');
    ctx = await world.as(here.admin);
    for (const [name, expires] of [
      ['endless', undefined],
      ['ending', { seconds: 3600 }],
    ] as const) {
      await createOrganizationToken(ctx, { organizationId: here.id, name, expires });
    }
  });

  test('token-never-expires finds active tokens without an end', async () => {
    expect(await seen(here, 'token-never-expires')).toEqual(['Token endless has no end']);
  });

  test('token-unused counts from the last use, or from its creation where there was none', async () => {
    expect(await seen(here, 'token-unused')).toEqual([]);
    const at = sql`where organization_id = ${here.id} and name = 'endless'`;
    await world.db.execute(sql`update tokens set created_at = ${aged('100 days')} ${at}`);
    expect(await seen(here, 'token-unused')).toEqual([
      expect.stringMatching(/^Token endless was made on .* and never used, more than 90 days ago$/),
    ]);
    await world.db.execute(sql`update tokens set last_used_at = ${aged('91 days')} ${at}`);
    expect(await seen(here, 'token-unused')).toEqual([expect.stringContaining('was last used on')]);
    await world.db.execute(sql`update tokens set last_used_at = ${aged('89 days')} ${at}`);
    expect(await seen(here, 'token-unused')).toEqual([]);
    await set(here, 'dormant-after', 80 * 86_400);
    expect(await seen(here, 'token-unused')).toHaveLength(1);
  });
});

describe('people', () => {
  let here: Minted;
  let ctx: Context;
  let dana: Person;

  beforeAll(async () => {
    here = await mintOrganization(world, 'People');
    ctx = await world.as(here.admin);
    await here.project('etl');
    dana = await here.member('Dana', { projects: [{ project: 'etl', role: 'developer' }] });
  });

  test('service-account-ownerless finds those without an active responsible member', async () => {
    await createServiceAccount(ctx, {
      organizationId: here.id,
      name: 'bot',
      responsible: { email: dana.email },
    });
    expect(await seen(here, 'service-account-ownerless')).toEqual([]);
    await deactivateMember(ctx, { organizationId: here.id, ...person(dana) });
    expect(await seen(here, 'service-account-ownerless')).toEqual([
      `${dana.email}, who answers for service account bot, is deactivated`,
    ]);
    await world.db.execute(
      sql`update service_accounts set responsible_id = null where organization_id = ${here.id}`,
    );
    expect(await seen(here, 'service-account-ownerless')).toEqual(['Nobody answers for service account bot']);
    await reactivateMember(ctx, { organizationId: here.id, ...person(dana) });
  });

  test('CW-31: deactivated-with-grants finds what a reactivation would bring back', async () => {
    expect(await seen(here, 'deactivated-with-grants')).toEqual([]);
    await deactivateMember(ctx, { organizationId: here.id, ...person(dana) });
    expect(await seen(here, 'deactivated-with-grants')).toEqual([
      `${dana.email} is deactivated and keeps 1 workspace role`,
    ]);
    await reactivateMember(ctx, { organizationId: here.id, ...person(dana) });
    expect(await seen(here, 'deactivated-with-grants')).toEqual([]);
  });

  test('member-dormant counts from the last use of anything, or from joining where there was none', async () => {
    expect(await seen(here, 'member-dormant')).toEqual([]);
    const id = await here.userId(dana.email);
    await world.db.execute(sql`update members set joined_at = ${aged('120 days')} where user_id = ${id}`);
    expect(await seen(here, 'member-dormant')).toEqual([
      expect.stringMatching(/joined on .* and was never active, more than 90 days ago$/),
    ]);
    await world.db.execute(sql`update principals set last_used_at = ${aged('2 days')} where id = ${id}`);
    expect(await seen(here, 'member-dormant')).toEqual([]);
    await world.db.execute(sql`update principals set last_used_at = ${aged('95 days')} where id = ${id}`);
    expect(await seen(here, 'member-dormant')).toEqual([expect.stringContaining('was last active on')]);
    await world.db.execute(sql`update members set joined_at = clock_timestamp() where user_id = ${id}`);
    expect(await seen(here, 'member-dormant')).toEqual([]);
  });

  test('CR-05: sso-not-used finds who came in past the provider, and who has to use one that is gone', async () => {
    expect(await seen(here, 'sso-not-used')).toEqual([]);
    await world.db.execute(sql`insert into sso_providers (organization_id, issuer, client_id)
      values (${here.id}, 'https://id.example.com', 'rollcall')`);
    expect(await seen(here, 'sso-not-used')).toHaveLength(2);
    const id = await here.userId(dana.email);
    await world.db.execute(sql`update members set sso_required = true where user_id = ${id}`);
    expect(await seen(here, 'sso-not-used')).toEqual([expect.stringContaining(here.admin.email)]);
    await world.db.execute(sql`delete from sso_providers where organization_id = ${here.id}`);
    expect(await seen(here, 'sso-not-used')).toEqual([
      `${dana.email} has to sign in with a provider, and none is set`,
    ]);
  });
});

describe('member-left-workspace', () => {
  test('a member whose every chat account is gone has left, and a return or another live account says otherwise', async () => {
    const here = await mintOrganization(world, 'Left');
    const dana = await here.member('Dana');
    const { platform, externalId } = dana.account;
    expect(await seen(here, 'member-left-workspace')).toEqual([]);
    await world.db.execute(sql`insert into departures (platform, workspace_id, external_id)
      values (${platform}, ${world.workspace.id}, ${externalId})`);
    expect(await seen(here, 'member-left-workspace')).toEqual([
      `${dana.email} left Acme HQ and is still an active member`,
    ]);
    const second = world.stranger('Dana2');
    await world.link(second, dana.email);
    expect(await seen(here, 'member-left-workspace')).toEqual([]);
    await world.db.execute(sql`update accounts set unlinked_at = clock_timestamp()
      where external_id = ${second.account.externalId}`);
    expect(await seen(here, 'member-left-workspace')).toHaveLength(1);
    await world.db.execute(sql`delete from departures where external_id = ${externalId}`);
    expect(await seen(here, 'member-left-workspace')).toEqual([]);
  });

  test('an account that is of no workspace is live only where it was seen', async () => {
    const here = await mintOrganization(world, 'Guilds');
    const dana = await here.member('Dana');
    const id = await here.userId(dana.email);
    await world.db.execute(sql`insert into workspaces (platform, id, name)
      values ('discord', 'G1', 'One'), ('discord', 'G2', 'Two')`);
    await world.db.execute(sql`insert into connections (platform, workspace_id, organization_id)
      values ('discord', 'G1', ${here.id}), ('discord', 'G2', ${here.id})`);
    await world.db.execute(sql`update accounts set platform = 'discord', workspace_id = '', external_id = 'D1'
      where user_id = ${id}`);
    await world.db.execute(sql`insert into departures (platform, workspace_id, external_id)
      values ('discord', 'G1', 'D1')`);
    expect(await seen(here, 'member-left-workspace')).toEqual([
      `${dana.email} left One and is still an active member`,
    ]);
    await world.db.execute(sql`insert into presences (platform, workspace_id, external_id, last_used_at)
      values ('discord', 'G2', 'D1', clock_timestamp())`);
    expect(await seen(here, 'member-left-workspace')).toEqual([]);
  });
});

describe('invitation-stale', () => {
  test('finds invitations that stay open, that nobody stands behind, and that the job has forgotten', async () => {
    const here = await mintOrganization(world, 'Stale');
    const ben = await here.member('Ben', { role: 'admin' });
    await invite(here, 'old@example.com');
    await invite({ ...here, admin: ben }, 'orphan@example.com');
    await invite(here, 'late@example.com');
    expect(await seen(here, 'invitation-stale')).toEqual([]);
    await world.db.execute(
      sql`update invitations set created_at = ${aged('40 days')} where email = 'old@example.com'`,
    );
    await world.db.execute(
      sql`update invitations set expires_at = ${aged('2 hours')} where email = 'late@example.com'`,
    );
    await removeMember(await world.as(here.admin), { organizationId: here.id, ...person(ben) });
    await world.db.execute(sql`update invitations set state = 'pending' where email = 'orphan@example.com'`);
    const found = await seen(here, 'invitation-stale');
    expect(found).toHaveLength(3);
    expect(found.join()).toMatch(/old@example.com has been open since/);
    expect(found.join()).toMatch(/orphan@example.com comes from somebody who is no longer active/);
    expect(found.join()).toMatch(/late@example.com is past its time and still pending/);
  });
});

describe('grant-redundant', () => {
  let here: Minted;
  let dana: Person;
  const give = async (role: string, more: { for?: { seconds: number } } = {}) =>
    giveGrant(await world.as(here.admin), {
      organizationId: here.id,
      person: { email: dana.email },
      project: 'etl',
      role,
      ...more,
    });

  beforeAll(async () => {
    here = await mintOrganization(world, 'Redundant');
    await here.project('etl');
    dana = await here.member('Dana');
  });

  test('CR-22: a narrower role beside a wider one in the same project adds nothing, as long as that lasts', async () => {
    await give('runner');
    expect(await seen(here, 'grant-redundant')).toEqual([]);
    await give('developer', { for: { seconds: 3600 } });
    expect(await seen(here, 'grant-redundant')).toEqual([]);
    await give('developer');
    expect(await seen(here, 'grant-redundant')).toEqual([
      `${dana.email} is runner in etl, which adds nothing to developer, which they are there too`,
    ]);
  });

  test('PF-28: a role below the project’s default role adds nothing', async () => {
    await setDefaultRole(await world.as(here.admin), {
      organizationId: here.id,
      project: 'etl',
      role: 'owner',
    });
    const found = await seen(here, 'grant-redundant');
    expect(found).toContain(
      `${dana.email} is developer in etl, which adds nothing to owner, everybody’s role there`,
    );
    // What the administrator was given with the project is below their own role, and no drift.
    expect(found).toHaveLength(2);
  });

  test('of two roles that give the same only one is redundant', async () => {
    const there = await mintOrganization(world, 'Twins');
    await there.project('etl');
    for (const name of ['one', 'two']) {
      await customRole(there, { scope: 'project', name, permissions: ['flows:read'] });
    }
    const eli = await there.member('Eli');
    for (const role of ['one', 'two']) {
      await giveGrant(await world.as(there.admin), {
        organizationId: there.id,
        person: { email: eli.email },
        project: 'etl',
        role,
      });
    }
    const found = await seen(there, 'grant-redundant');
    expect(found.filter((line) => line.startsWith(eli.email))).toHaveLength(1);
  });
});

describe('the organization as a whole', () => {
  test('CW-01: no-projects, single-admin and too-many-admins are said once each', async () => {
    const here = await mintOrganization(world, 'Whole');
    expect(await seen(here, 'no-projects')).toEqual(['There are no workspaces yet']);
    expect(await seen(here, 'single-admin')).toEqual([`${here.admin.email} is the only administrator`]);
    await here.project('etl');
    await here.member('Ben', { role: 'admin' });
    expect(await seen(here, 'no-projects')).toEqual([]);
    expect(await seen(here, 'single-admin')).toEqual([]);
    expect(await seen(here, 'too-many-admins')).toEqual([]);
    await set(here, 'most-admins', 1);
    expect(await seen(here, 'too-many-admins')).toEqual([
      expect.stringMatching(/^2 administrators, more than 1: /),
    ]);
  });

  test('role-unused finds custom roles that nobody has, will have or could get by an open invitation', async () => {
    const here = await mintOrganization(world, 'Roles');
    await customRole(here, { scope: 'organization', name: 'auditor', permissions: ['audit:read'] });
    expect(await seen(here, 'role-unused')).toEqual(['Nobody has the organization role auditor']);
    await invite(here, 'later@example.com', { role: 'auditor' });
    expect(await seen(here, 'role-unused')).toEqual([]);
  });
});
