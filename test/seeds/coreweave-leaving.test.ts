import { beforeAll, describe, expect, test } from 'vitest';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

describe.each(platforms)('CoreWeave: freezing and leaving, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, {
      model: 'coreweave',
      projects: ['tenant-prod', 'tenant-dev'],
      joining: 'project:tenant-prod:namespace-user',
    });
    return c.story.end;
  });

  test('CW-10 the sole administrator cannot be deactivated, demoted or offboarded, nor leave; not by operators either', async () => {
    const { story, ada, eli } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org member deactivate ${ada.email}`);
      await ada.sees('would be left without an administrator');
      await ada.types(`/org member offboard ${ada.email}`);
      await ada.sees('would be left without an administrator');
      await ada.types('/access leave');
      await ada.sees('would be left without an administrator');
      await eli.types(`/org member role ${ada.email} member org:acme`);
      await eli.sees('would be left without an administrator');
    });
  });

  test('CW-28 CW-32 a member is deactivated from their row, which then offers Reactivate', async () => {
    const { ada, ben } = c;
    await ada.types('/org member list');
    await ada.sees(ben.email);
    await ada.clicks('Show', { of: ben.email });
    const active = await ada.sees(['State', 'active', 'namespace-user in namespace tenant-prod']);
    expect(active.buttons.map(({ label }) => label)).toContain('Deactivate');
    expect(active.buttons.map(({ label }) => label)).not.toContain('Reactivate');
    await ada.clicks('Deactivate', { of: ben.email });
    await ada.sees(`Deactivate ${ben.email}?`);
    await ada.clicks('Deactivate', { on: `Deactivate ${ben.email}?` });
    await ada.sees(`${ben.email} is deactivated`);
    await ada.types(`/org member show ${ben.email}`);
    const off = await ada.sees(['State', 'deactivated']);
    expect(off.buttons.map(({ label }) => label)).toContain('Reactivate');
    expect(off.buttons.map(({ label }) => label)).not.toContain('Deactivate');
  });

  test('CW-29 a deactivated member is refused everything from that moment on, and is told why', async () => {
    const { story, ben } = c;
    await story.nothingHappens(async () => {
      for (const typed of [
        '/org',
        '/org project list',
        '/org access show',
        '/access check r:pods tenant-prod',
        '/access request new namespace-user tenant-dev reason:x',
        '/access leave',
      ]) {
        await ben.types(typed);
        await ben.sees('deactivated');
      }
      await ben.types('/access whoami');
      await ben.sees('deactivated');
    });
  });

  test('CW-30 CW-31 reactivation gives back exactly what was there', async () => {
    const { ada, ben } = c;
    await ada.types(`/org member reactivate ${ben.email}`);
    await ada.sees(`${ben.email} is active again`);
    await ben.sees('works again', 'direct');
    await ben.types('/org access show');
    await ben.sees(['member (organization role)', 'namespace-user in namespace tenant-prod']);
    await ben.types('/access check w:secrets tenant-prod');
    await ben.sees('Allowed');
  });

  test('CW-36 CW-37 a member’s tokens go on working when they are deactivated; the card says so, with a button each', async () => {
    const { ada, cleo } = c;
    for (const name of ['cleo-ci', 'cleo-cron']) {
      await ada.types(
        `/org token create ${name} member:${cleo.email} project:tenant-prod role:namespace-user`,
      );
      await ada.sees(name);
    }
    await ada.types(`/org member deactivate ${cleo.email}`);
    const card = await ada.sees(['This goes on working', 'Token cleo-ci', 'Token cleo-cron']);
    const offered = (label: string, token: string) =>
      card.buttons.some((button) => button.label === label && button.says.includes(token));
    expect(offered('Deactivate', 'cleo-ci') && offered('Revoke', 'cleo-cron')).toBe(true);
  });

  test('CW-38 a member is not simply removed: that is refused, and names the run of steps', async () => {
    const { story, ada, cleo } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org member remove ${cleo.email}`);
      await ada.sees(['removal is a run of steps', '/org member offboard']);
    });
  });

  test('CW-38 first the account is off at once, with their requests cancelled and their invitations withdrawn', async () => {
    const { ada, cleo, eli } = c;
    await cleo.types('/access request new namespace-user tenant-dev for:8h reason:"to look"');
    await cleo.sees('REQ-1 is open');
    await ada.types(`/org member offboard ${cleo.email}`);
    await ada.sees([`Offboard ${cleo.email}?`, 'Nothing has changed yet']);
    await ada.clicks('Start offboarding');
    await ada.sees([`Offboarding ${cleo.email}`, '1. Done', '2. To do', '3. To do', 'cleo-ci', 'cleo-cron']);
    await cleo.types('/org');
    await cleo.sees('deactivated');
    await ada.types('/access request show REQ-1');
    await ada.sees('Cancelled');
    await eli.types('/org operator requests');
    await eli.sees('Nobody waits for an operator');
  });

  test('CW-38 then every token of theirs, one by one; the last step is not there before', async () => {
    const { ada, cleo } = c;
    await ada.types(`/org member offboard ${cleo.email}`);
    const open = await ada.sees(['2. To do', 'cleo-ci']);
    expect(open.buttons.map(({ label }) => label)).not.toContain('Ask the operators');
    await ada.clicks('Deactivate', { of: 'cleo-ci' });
    await ada.clicks('Deactivate', { on: 'Deactivate cleo-ci?' });
    const redrawn = await ada.sees([`Offboarding ${cleo.email}`, '2. To do', 'Token cleo-cron'], 'direct');
    expect(redrawn.text).not.toContain('Token cleo-ci');
    await ada.types(`/org member offboard ${cleo.email}`);
    const one = await ada.sees(['2. To do', 'cleo-cron']);
    expect(one.text).not.toContain('Token cleo-ci');
    await ada.clicks('Revoke', { of: 'cleo-cron' });
    await ada.clicks('Revoke', { on: 'Revoke cleo-cron?' });
    await ada.sees('cleo-cron');
  });

  test('CW-38 the last step is an operator’s: an administrator cannot tick it, and it stays open until then', async () => {
    const { story, ada, ben, cleo, eli } = c;
    await ada.types(`/org member offboard ${cleo.email}`);
    await ada.sees(['2. Done', '3. To do', 'The operators finish the removal']);
    await ada.clicks('Ask the operators');
    await ada.sees('REQ-2 asks the operators');
    await story.nothingHappens(async () => {
      await ada.types('/access request approve REQ-2');
      await ada.sees("You can't decide REQ-2");
      await ben.types('/access request approve REQ-2');
      await ben.sees('Not done');
      await ada.types(`/org member offboard ${cleo.email}`);
      await ada.sees('REQ-2 asks the operators to finish the removal');
    });
    await ada.types(`/org member show ${cleo.email}`);
    await ada.sees('deactivated');
    await eli.sees(['Approval needed', `the last step of removing ${cleo.email}`], 'direct');
    await eli.sees('the membership ends with everything that it still gives', 'direct');
    await eli.clicks('Approve', { on: 'REQ-2' });
    await eli.sees(['Approved', cleo.email], 'direct');
    await ada.sees(['Approved', cleo.email], 'direct');
    await ada.sees([`${cleo.email} is removed`, 'Every step of the offboarding is done'], 'direct');
    await cleo.sees('Acme', 'direct');
    await ada.types(`/org member show ${cleo.email}`);
    await ada.sees(`No member ${cleo.email} in Acme`);
    await cleo.types('/org org:acme');
    await cleo.sees('that you can reach from here');
  });

  test('CW-38 who leaves begins the run of steps with their own account; a reactivation ends it, and the card says so', async () => {
    const { ada, ben } = c;
    await ben.types('/access leave');
    await ben.clicks('Leave', { on: 'Leave Acme?' });
    await ben.sees(['You are leaving', 'The administrators were told']);
    await ada.sees([`Offboarding ${ben.email}`, '1. Done', 'The operators finish the removal'], 'direct');
    await ben.types('/org');
    await ben.sees('deactivated');
    await ada.types(`/org member reactivate ${ben.email}`);
    await ada.sees([`${ben.email} was reactivated`, 'The offboarding has ended with that'], 'direct');
    await ada.types('/org audit list action:offboarding.closed');
    await ada.sees([ben.email, 'reactivated']);
    await ben.types('/org access show');
    await ben.sees('namespace-user in namespace tenant-prod');
  });

  test('CW-09 CW-47 what operators alone give comes with being administrator, and goes with it', async () => {
    const { ada, ben, eli } = c;
    await eli.types(`/org member role ${ben.email} admin org:acme`);
    await eli.clicks('Change role');
    await eli.sees('admin');
    await ben.types('/org access show');
    await ben.sees(['namespace-owner in namespace tenant-prod', 'namespace-owner in namespace tenant-dev']);
    await eli.types(`/org member role ${ben.email} member org:acme`);
    await eli.sees('They also lose namespace-owner in every namespace');
    await eli.clicks('Change role');
    await eli.sees('member');
    await ada.types(`/org access show ${ben.email}`);
    const left = await ada.sees([
      'namespace-user in namespace tenant-prod',
      'namespace-user in namespace tenant-dev',
    ]);
    expect(left.text).not.toContain('namespace-owner');
  });
});
