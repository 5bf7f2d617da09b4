import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { openGrants } from '../../src/core/grant/open.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { deleteProject } from '../../src/core/project/delete.ts';
import { deleteRole } from '../../src/core/role/delete.ts';
import { editRole } from '../../src/core/role/edit.ts';
import { customRole } from '../support/organization.ts';
import { DAY, HOUR, passingTime } from '../support/passing-time.ts';
import { type Person, refusal } from '../support/world.ts';

const on = passingTime();
const later = (seconds: number) => ({ at: new Date(Date.now() + seconds * 1000) });

describe('a start that lies ahead', () => {
  const startingTomorrow = async () => {
    const request = await on.ask({ from: later(DAY) });
    await on.approve(request.name);
    expect(await on.mayDelete()).toBe(false);
    return request;
  };

  test('rule 4: it opens by the database’s clock though no job runs, and the job then says so, once', async () => {
    const request = await startingTomorrow();
    await on.pass(DAY - 5);
    expect(await on.mayDelete()).toBe(false);
    await on.pass(6);
    expect(await on.mayDelete()).toBe(true);
    expect(await openGrants(on.world.system)).toBe(1);
    expect(await on.mayDelete()).toBe(true);
    expect(await on.told(on.dana, 'grant-opened')).toMatchObject([
      { project: on.project, role: 'developer' },
    ]);
    expect(await openGrants(on.world.system)).toBe(0);
    expect(await on.stateOf(request.name)).toBe('approved');
    await on.pass(2 * HOUR);
    expect(await on.mayDelete()).toBe(false);
  });

  const events: Record<string, () => Promise<unknown>> = {
    'the approver lost the right': async () =>
      revokeGrants(await on.ines(), {
        organizationId: on.acme.id,
        person: { email: on.owner.email },
        project: on.project,
      }),
    'the approver was deactivated': async () =>
      deactivateMember(await on.ines(), { organizationId: on.acme.id, person: { email: on.owner.email } }),
    'the holder was deactivated': async () =>
      deactivateMember(await on.ines(), { organizationId: on.acme.id, person: { email: on.dana.email } }),
  };

  test.each(Object.keys(events))(
    'abuse 43: it does not open when %s, whether or not the job has run, and both are told why',
    async (event) => {
      const request = await startingTomorrow();
      await events[event]?.();
      await on.pass(DAY + 1);
      expect(await on.mayDelete()).toBe(false);
      const before = await on.acme.sequence();
      expect(await openGrants(on.world.system)).toBe(1);
      expect((await on.acme.audited(before)).map((one) => one.action)).toEqual([
        'request.ended',
        'grant.not-opened',
      ]);
      for (const person of [on.dana, on.owner])
        expect(await on.told(person, 'grant-not-opened')).toMatchObject([{ request: request.name }]);
      await reactivateMember(await on.ines(), {
        organizationId: on.acme.id,
        person: { email: on.dana.email },
      }).catch(() => undefined);
      expect(await on.mayDelete()).toBe(false);
      expect(await on.stateOf(request.name)).toBe('ended');
    },
  );

  test('abuse 43: a role that was edited, or replaced by another, does not open with what it means now', async () => {
    await customRole(on.acme, { scope: 'project', name: 'shifting', permissions: ['flows:delete'] });
    await customRole(on.acme, { scope: 'project', name: 'wider', permissions: ['*:*'] });
    const request = await on.ask({ role: 'shifting', from: later(DAY) });
    await on.approve(request.name, on.acme.admin);
    await editRole(await on.ines(), {
      organizationId: on.acme.id,
      scope: 'project',
      role: 'shifting',
      add: ['flows:run'],
    });
    await on.pass(DAY + 1);
    expect(await on.mayDelete()).toBe(false);
    await openGrants(on.world.system);
    expect((await on.told(on.dana, 'grant-not-opened'))[0]?.why).toBe(
      'the role shifting has changed since it was given',
    );

    const again = await on.ask({ role: 'shifting', from: later(DAY) });
    await on.approve(again.name, on.acme.admin);
    await deleteRole(await on.ines(), {
      organizationId: on.acme.id,
      scope: 'project',
      role: 'shifting',
      replaceWith: 'wider',
    });
    await on.pass(DAY + 1);
    expect(await on.mayDelete()).toBe(false);
    await openGrants(on.world.system);
    expect(await on.mayDelete()).toBe(false);
    expect(await on.told(on.dana, 'grant-not-opened')).toHaveLength(2);
  });

  test('an approver who is back in time bars nothing', async () => {
    await startingTomorrow();
    const person = { email: on.owner.email };
    await deactivateMember(await on.ines(), { organizationId: on.acme.id, person });
    await reactivateMember(await on.ines(), { organizationId: on.acme.id, person });
    await on.pass(DAY + 1);
    expect(await on.mayDelete()).toBe(true);
    await openGrants(on.world.system);
    expect(await on.mayDelete()).toBe(true);
  });

  test('abuse 8: it does not open when approver and requester turn out to be one person', async () => {
    await startingTomorrow();
    await on.world.db.execute(sql`
      insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by, unlinked_at)
      select gen_random_uuid(), a.platform, a.workspace_id, a.external_id, ${await on.acme.userId(on.dana.email)}, 'code',
        clock_timestamp() from accounts a where a.user_id = ${await on.acme.userId(on.owner.email)}`);
    await on.pass(DAY + 1);
    await openGrants(on.world.system);
    expect(await on.mayDelete()).toBe(false);
    expect(await on.told(on.dana, 'grant-not-opened')).toHaveLength(1);
  });

  test('nobody approves for a time at which they may not give it any more', async () => {
    const kim = await on.acme.member('Kim');
    await giveGrant(await on.ines(), {
      organizationId: on.acme.id,
      person: { email: kim.email },
      project: on.project,
      role: 'owner',
      for: { seconds: HOUR },
    });
    const request = await on.ask({ from: later(DAY) });
    expect((await refusal(on.approve(request.name, kim))).message).toContain('may not give it any more');
    expect(await on.stateOf(request.name)).toBe('pending');
    await on.approve(request.name);
    expect(await on.stateOf(request.name)).toBe('approved');
  });

  test('abuse 43: what was given directly from a later time on opens only while its giver may still give it', async () => {
    const give = async (by: Person) =>
      giveGrant(await on.world.as(by), {
        organizationId: on.acme.id,
        person: { email: on.dana.email },
        project: on.project,
        role: 'developer',
        from: later(DAY),
        for: { seconds: DAY * 2 },
      });
    await give(on.owner);
    await revokeGrants(await on.ines(), {
      organizationId: on.acme.id,
      person: { email: on.owner.email },
      project: on.project,
    });
    await on.pass(DAY + 1);
    expect(await on.mayDelete()).toBe(false);
    await openGrants(on.world.system);
    expect(await on.told(on.owner, 'grant-not-opened')).toMatchObject([
      { request: null, email: on.dana.email },
    ]);
    await give(on.acme.admin);
    await on.pass(DAY + 1);
    expect(await on.mayDelete()).toBe(true);
  });

  test('a deleted project takes along what was to begin in it', async () => {
    await startingTomorrow();
    await deleteProject(await on.ines(), { organizationId: on.acme.id, project: on.project });
    await on.pass(DAY + 1);
    expect(await openGrants(on.world.system)).toBe(0);
    expect(await on.mayDelete()).toBe(false);
  });
});
