import { describe, expect, test } from 'vitest';
import { listAudit } from '../../../src/core/audit/list.ts';
import { fixFindings } from '../../../src/core/drift/fix.ts';
import { listFindings } from '../../../src/core/drift/list.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { approveRequest } from '../../../src/core/request/decide.ts';
import { openRequest } from '../../../src/core/request/open.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person } from '../../support/world.ts';
import { seen } from './seen.ts';

const world = createWorld((await embeddedDatabase()).database);
const person = ({ email }: Person) => ({ person: { email } });

describe('privileged-unapproved', () => {
  test('finds administrators that nobody else decided on, and not the creator', async () => {
    const here = await mintOrganization(world, 'Admins');
    const ben = await here.member('Ben');
    const cleo = await here.member('Cleo');
    const ines = await world.as(here.admin);
    expect(await seen(here, 'privileged-unapproved')).toEqual([]);
    await changeMemberRole(ines, { organizationId: here.id, ...person(ben), role: 'admin' });
    const asked = await openRequest(await world.as(cleo), {
      organizationId: here.id,
      role: 'admin',
      reason: 'on call',
    });
    await approveRequest(ines, { organizationId: here.id, request: asked.name });
    expect(await seen(here, 'privileged-unapproved')).toEqual([
      `${ben.email} is admin without an approval; given by ${here.admin.email}`,
    ]);
    await changeMemberRole(ines, { organizationId: here.id, ...person(ben), role: 'member' });
    expect(await seen(here, 'privileged-unapproved')).toEqual([]);
  });

  test('is silent of whom a single administrator named to mend that, until the role is given again by hand', async () => {
    const here = await mintOrganization(world, 'Alone');
    const ben = await here.member('Ben');
    const ines = await world.as(here.admin);
    await runDrift(ines, here.organization);
    const { items } = await listFindings(ines, here.organization, { rule: 'single-admin' });
    const target = { finding: items[0]?.name ?? '' };
    const name = { organizationId: here.id, ...person(ben), role: 'admin' };
    await fixFindings(ines, here.organization, { target, seen: undefined }, (ctx) =>
      changeMemberRole(ctx, name),
    );
    const [event] = (await listAudit(ines, here.organization, { action: 'member.role-changed' })).items;
    expect(event?.facts).toMatchObject({ after: 'admin', fixes: target.finding, rule: 'single-admin' });
    expect(await seen(here, 'privileged-unapproved')).toEqual([]);
    await changeMemberRole(ines, { ...name, role: 'member' });
    await changeMemberRole(ines, name);
    expect(await seen(here, 'privileged-unapproved')).toEqual([
      `${ben.email} is admin without an approval; given by ${here.admin.email}`,
    ]);
  });

  test('CW-46: finds what operators alone give where no request was decided, but not what came with a namespace', async () => {
    const operators = ['ops@example.com'];
    const site = createWorld(world.database, { operators });
    const here = await mintOrganization(site, 'Namespaces', 'coreweave');
    await here.project('gpu');
    const dana = await here.member('Dana');
    const ops = site.stranger('Ops');
    await site.link(ops, 'ops@example.com');
    expect(await seen(here, 'privileged-unapproved')).toEqual([]);
    await giveGrant(await site.as(ops), {
      organizationId: here.id,
      person: { email: dana.email },
      project: 'gpu',
      role: 'pod-writer',
    });
    expect(await seen(here, 'privileged-unapproved')).toEqual([
      `${dana.email} is pod-writer in gpu without an approval`,
    ]);
  });
});
