import { beforeAll, describe, expect, test } from 'vitest';
import { coder } from '../../src/core/access/models/coder.ts';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

test('CD-07 there are two organization roles, manager and member', () => {
  const names = coder.roles.filter((role) => role.scope === 'organization').map(({ name }) => name);
  expect(names).toEqual(['organization-manager', 'organization-member']);
});

describe.each(platforms)('Coder, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, { model: 'coder', projects: ['research'], joining: '' });
    return c.story.end;
  });

  test('CD-04 CD-05 the first organization is the default one: never deleted, never unset', async () => {
    const { story, eli } = c;
    await story.nothingHappens(async () => {
      await eli.types('/org operator orgs');
      await eli.sees(['1 organization', 'Acme (acme): coder', 'the default one']);
      await eli.types('/org operator delete acme acme');
      await eli.sees(['Acme was not deleted', 'it is the default organization']);
      await eli.types('/org operator default acme');
      await eli.sees('Acme is the default organization already');
    });
  });

  test('CD-06 with a second organization operators move the mark; then the first may be deleted, and the second not', async () => {
    const { story, ada, eli, dana } = c;
    await dana.types('/org create Other model:coder');
    await dana.sees('Other is yours to run');
    await story.nothingHappens(async () => {
      await ada.types('/org operator default acme');
      await ada.sees('Not done');
      await ada.types('/org operator default other');
      await ada.sees('Not done');
    });
    await eli.types('/org operator default other');
    await eli.sees(['Other is the default organization', 'Before it was Acme']);
    await story.nothingHappens(async () => {
      await eli.types('/org operator delete other other');
      await eli.sees('it is the default organization');
    });
    await eli.types('/org operator default acme');
    await eli.sees('Acme is the default organization');
  });

  test('CD-12 a manager creates, renames or deletes no organization of the site’s; operators do', async () => {
    const { story, ada, dana, eli } = c;
    await story.nothingHappens(async () => {
      for (const typed of [
        '/org operator rename acme name:Mine',
        '/org operator delete acme acme',
        '/org operator orgs',
        '/org operator requests',
        '/org operator namespace-allow team-a',
        '/org operator namespace-assign acme default',
        `/org operator add ${ada.email}`,
      ]) {
        await ada.types(typed);
        await ada.sees('Not done');
      }
    });
    await eli.types('/org operator rename other name:"Other Research"');
    await eli.sees('It is Other Research, in short other');
    await dana.types('/org org:other');
    await dana.sees('Other Research');
  });

  test('CD-01 CD-02 CD-03 an image and an environment belong to one organization, and nobody outside reaches them', async () => {
    const { story, ada, ben, dana } = c;
    for (const typed of [`images ubuntu owner:${ben.email}`, `environments web-1 owner:${ben.email}`]) {
      await ada.types(`/org resource add ${typed}`);
      await ada.sees(['Acme', ben.email]);
    }
    await ada.types('/org resource list');
    await ada.sees(['ubuntu', 'web-1']);
    await dana.types('/org resource list org:other');
    const theirs = await dana.sees('Other Research');
    expect(theirs.text).not.toContain('ubuntu');
    await story.nothingHappens(async () => {
      await dana.types('/org resource list org:acme');
      await dana.sees('that you can reach from here');
      await dana.types(`/org resource add images theirs owner:${ben.email} org:other`);
      await dana.sees(`No member ${ben.email} in Other Research`);
      await ada.types('/org resource add images ubuntu');
      await ada.sees(['Nothing was registered', 'already']);
      await ada.types('/org resource add spaceships one');
      await ada.sees('Not done');
    });
  });

  test('CD-09 CD-13 a member sees and lists, registers nothing, and does not read who a member is', async () => {
    const { story, ben, cleo } = c;
    await story.nothingHappens(async () => {
      await ben.types('/org member list');
      await ben.sees(['3 active members', cleo.email]);
      for (const typed of [
        `/org member show ${cleo.email}`,
        `/org access show ${cleo.email}`,
        '/org resource add images mine',
        '/org resource remove images ubuntu',
        `/org invite send new@acme.example`,
        `/org member role ${ben.email} organization-manager`,
        `/org member remove ${cleo.email}`,
        '/org project create mine',
        '/org role create mine permissions:images:delete',
        '/org settings set request-life 3d',
      ]) {
        await ben.types(typed);
        await ben.sees('Not done');
      }
      for (const [permission, answer] of [
        ['images:create', 'Allowed'],
        ['images:read', 'Allowed'],
        ['services:read', 'Allowed'],
        ['images:delete', 'Denied'],
        ['images:update', 'Denied'],
        ['org-members:list', 'Allowed'],
        ['org-members:read', 'Denied'],
        ['environments:read', 'Allowed'],
        ['environments:delete', 'Denied'],
      ]) {
        await ben.types(`/access check ${permission}`);
        await ben.sees([answer ?? '', permission ?? '']);
      }
    });
  });

  test('CD-08 a manager runs images, services, members and their environments', async () => {
    const { ada } = c;
    for (const permission of [
      'images:update',
      'images:delete',
      'services:create',
      'services:delete',
      'environments:read',
      'environments:update',
      'environments:delete',
      'org-members:update',
    ]) {
      await ada.types(`/access check ${permission}`);
      await ada.sees(['Allowed', permission, 'organization-manager']);
    }
    await ada.types('/access check orgs:delete');
    await ada.sees('Denied');
  });

  test('CD-10 a manager of one organization is what they were in another', async () => {
    const { story, ada, ben, dana } = c;
    await dana.types(`/org invite send ${ben.email} org:other`);
    await dana.sees(['Invitation sent', 'organization-member']);
    await ben.opensLink('Other Research');
    expect((await ben.accepts()).status).toBe(200);
    await ada.types(`/org member role ${ben.email} organization-manager`);
    await ada.clicks('Change role', { on: 'Nothing has changed yet' });
    await ada.sees(`${ben.email} is organization-manager`);
    await story.nothingHappens(async () => {
      await ben.types('/access check images:delete org:acme');
      await ben.sees(['Allowed', 'Acme']);
      await ben.types('/access check images:delete org:other');
      await ben.sees(['Denied', 'Other Research']);
      await ben.types('/org invite send new@acme.example org:other');
      await ben.sees("You can't invite people in Other Research");
      await ada.types('/org member list org:other');
      await ada.sees('that you can reach from here');
    });
  });

  test('CD-16 CD-17 CD-20 operators alone assign a namespace, from the list: the settings’ one until they set it', async () => {
    const { story, ada, eli } = c;
    await story.nothingHappens(async () => {
      await ada.types('/org operator namespace-assign acme default');
      await ada.sees('Not done');
      await eli.types('/org operator namespace-assign acme team-a');
      await eli.sees(['Nothing was assigned', 'team-a', 'Allowed are default']);
    });
    await eli.types('/org operator namespace-allow team-a,team-b');
    await eli.sees('Assignable are team-a, team-b');
    await story.nothingHappens(async () => {
      await eli.types('/org operator namespace-assign acme default');
      await eli.sees(['Nothing was assigned', 'Allowed are team-a, team-b']);
    });
  });

  test('CD-18 CD-19 assigning asks once more, and what is assigned is never changed', async () => {
    const { story, ada, eli } = c;
    await story.nothingHappens(async () => {
      await eli.types('/org operator namespace-assign acme team-a');
      await eli.sees(['Assign team-a to Acme?', 'can never be changed', 'Nothing has changed yet']);
    });
    await eli.clicks('Assign for good', { on: 'Assign team-a to Acme?' });
    await eli.sees('Acme has the namespace team-a, for good');
    await story.nothingHappens(async () => {
      for (const namespace of ['team-b', 'team-a']) {
        await eli.types(`/org operator namespace-assign acme ${namespace}`);
        await eli.sees(['Nothing was assigned', 'Acme has the namespace team-a', 'never changed']);
      }
    });
    await eli.types('/org operator namespace-allow team-b');
    await eli.sees('What was assigned stays so');
    await ada.types('/org');
    await ada.sees(['Kubernetes namespace', 'team-a']);
    await ada.types('/org resource add environments placed-1');
    await ada.sees(['environments placed-1 is registered', 'Kubernetes namespace', 'team-a']);
    await ada.types('/org resource list type:environments');
    await ada.sees(['environments placed-1', 'Kubernetes namespace: team-a']);
  });
});
