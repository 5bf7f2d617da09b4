import { beforeAll, describe, expect, test } from 'vitest';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

describe.each(platforms)('Prefect Cloud, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, {
      model: 'prefect',
      projects: ['analytics', 'billing'],
      joining: 'role:member',
    });
    return c.story.end;
  });

  test('PF-02 PF-05 the overview leads to workspaces, members and roles; roles are admin and member', async () => {
    const { ada, ben } = c;
    await ada.types('/org');
    const overview = await ada.sees(['You are: admin', 'Workspaces: 2']);
    expect(overview.buttons.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Members', 'Workspaces', 'Roles']),
    );
    await ben.types('/org');
    await ben.sees('You are: member');
    await ben.types('/org role list');
    await ben.sees(['admin', 'member', 'owner', 'developer', 'runner', 'read-only']);
  });

  test('PF-07 PF-08 members see who is there; creating workspaces, inviting and roles are the admin’s', async () => {
    const { story, ben, cleo } = c;
    await story.nothingHappens(async () => {
      await ben.types('/org member list');
      await ben.sees(['3 active members', cleo.email]);
      for (const typed of [
        '/org project create mine',
        '/org project delete analytics',
        '/org invite send new@acme.example role:member',
        `/org member role ${ben.email} admin`,
        `/org member remove ${cleo.email}`,
        '/org service-account create agent',
        '/org role create mine permissions:deployments:read',
        '/org project default-role analytics read-only',
        `/org access grant ${ben.email} analytics owner`,
        '/org settings set request-life 3d',
        '/org operator orgs',
      ]) {
        await ben.types(typed);
        await ben.sees('Not done');
      }
    });
  });

  test('PF-06 PF-21 PF-29 a workspace is seen by who is in it, and by the admin', async () => {
    const { ada, ben, cleo } = c;
    await ada.types(`/org access grant ${ben.email} analytics owner`);
    await ada.sees(`${ben.email} is owner in analytics`);
    await ben.types('/org project list');
    const mine = await ben.sees('analytics');
    expect(mine.text).not.toContain('billing');
    await cleo.types('/access check flows:read analytics');
    await cleo.sees('No workspace analytics in Acme that you can name');
    await ada.types('/access check flows:delete billing');
    await ada.sees(['Allowed', 'admin']);
  });

  test('PF-20 PF-22 PF-24 an owner gives roles in their workspace and nowhere else, another one in each', async () => {
    const { story, ada, ben, cleo } = c;
    await ben.types(`/org access grant ${cleo.email} analytics developer`);
    await ben.sees(`${cleo.email} is developer in analytics`);
    await story.nothingHappens(async () => {
      await ben.types(`/org access grant ${cleo.email} billing read-only`);
      await ben.sees('Not done');
      await cleo.types(`/org access grant ${ben.email} analytics runner`);
      await cleo.sees(['Not done', 'grants:write']);
    });
    await ada.types(`/org access grant ${cleo.email} billing read-only`);
    await ada.sees(`${cleo.email} is read-only in billing`);
    await cleo.types('/org access show');
    await cleo.sees(['developer in workspace analytics', 'read-only in workspace billing']);
  });

  test('PF-25 PF-27 PF-28 with a default role everybody is in, and an own lower role takes nothing away', async () => {
    const { ada, ben } = c;
    await ada.types('/org project default-role billing developer');
    await ada.sees('developer');
    await ben.types('/access check flows:update billing');
    await ben.sees(['Allowed', 'developer']);
    await ada.types(`/org access grant ${ben.email} billing read-only`);
    await ada.sees(['read-only in billing', 'This adds nothing now']);
    await ben.types('/access check flows:update billing');
    await ben.sees('Allowed');
    await ada.types('/org project default-role billing none');
    await ada.sees('billing');
    await ben.types('/access check flows:update billing');
    await ben.sees('Denied');
    await ben.types('/access check flows:read billing');
    await ben.sees(['Allowed', 'read-only']);
  });

  test('PF-03 PF-14 operators set the limits; what goes over one is refused and names it', async () => {
    const { story, ada, eli } = c;
    await story.nothingHappens(async () => {
      await ada.types('/org settings set members-limit 9');
      await ada.sees(['members-limit', 'operators alone set limits']);
    });
    for (const [key, value] of [
      ['members-limit', '4'],
      ['projects-limit', '2'],
      ['service-accounts-limit', '0'],
    ]) {
      await eli.types(`/org settings set ${key} ${value} org:acme`);
      await eli.sees(`${key}`);
    }
    await story.nothingHappens(async () => {
      await ada.types('/org project create more');
      await ada.sees(['No workspace was created', 'projects-limit']);
      await ada.types('/org service-account create agent');
      await ada.sees('service-accounts-limit');
    });
    await ada.types('/org invite send four@acme.example,five@acme.example role:member');
    await ada.sees(['1 of 2 invited', 'five@acme.example: not sent', 'members-limit']);
  });

  test('PF-13 an admin changes a role and ends a membership', async () => {
    const { ada, cleo } = c;
    await ada.types(`/org member role ${cleo.email} admin`);
    await ada.clicks('Change role', { on: 'Nothing has changed yet' });
    await ada.sees(`${cleo.email} is admin`);
    await cleo.sees('admin', 'direct');
    await ada.types(`/org member remove ${cleo.email}`);
    await ada.clicks('Remove', { on: `Remove ${cleo.email} from Acme?` });
    await ada.sees(`${cleo.email} is removed`);
    await cleo.types('/org member list org:acme');
    await cleo.sees('that you can reach from here');
  });
});
