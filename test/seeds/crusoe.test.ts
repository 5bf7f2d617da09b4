import { beforeAll, describe, expect, test } from 'vitest';
import { crusoe } from '../../src/core/access/models/crusoe.ts';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

test('CR-30 the roles are called exactly what the seed calls them', () => {
  const names = (scope: string) =>
    crusoe.roles.filter((role) => role.scope === scope).map(({ name }) => name);
  expect(names('organization')).toEqual(['org-admin', 'org-editor', 'org-reader']);
  expect(names('project')).toEqual(['project-editor', 'project-reader']);
});

describe.each(platforms)('Crusoe, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, {
      model: 'crusoe',
      projects: ['project-a', 'project-b'],
      joining: '',
    });
    return c.story.end;
  });

  test('CR-06 CR-07 CR-17 an invitation without any role is valid, notes it, and gives base membership: nothing', async () => {
    const { story, ada, ben } = c;
    await ada.types('/org invite send base@acme.example');
    await ada.sees([
      'Invitation sent to base@acme.example',
      'Role: no organization role',
      'This gives no access yet',
    ]);
    await ben.types('/org access show');
    await ben.sees('No access yet');
    await story.nothingHappens(async () => {
      for (const project of ['project-a', 'project-b']) {
        await ben.types(`/access check resources:read ${project}`);
        await ben.sees(`No project ${project} in Acme that you can name`);
      }
      await ben.types('/access check resources:read');
      await ben.sees('Denied');
    });
  });

  test('CR-02 the administrator lists everybody; who has no organization role does not', async () => {
    const { story, ada, ben, cleo } = c;
    await ada.types('/org member list');
    await ada.sees(['3 active members', ada.email, ben.email, cleo.email]);
    await story.nothingHappens(async () => {
      await ben.types('/org member list');
      await ben.sees(["You can't list members", 'members:list']);
      ben.doesNotSee(cleo.email);
    });
  });

  test('CR-03 CR-04 the form of an invitation asks for address, organization role and project roles; no SSO choice without a provider', async () => {
    const { story, ada } = c;
    await story.nothingHappens(async () => {
      await ada.types('/org invite send');
      const form = await ada.sees(['Invite people', 'Acme'], 'form');
      const labels = form.fields.map(({ label }) => label);
      expect(labels).toEqual(expect.arrayContaining(['E-mail addresses', 'Organization role']));
      expect(labels.some((label) => /Project/.test(label))).toBe(true);
      expect(form.text).not.toMatch(/single sign-on/i);
      await ada.types('/org invite send sso@acme.example sso');
      await ada.sees(/provider|single sign-on/i);
      ada.doesNotSee('Invitation sent');
    });
  });

  test('CR-08 a broad organization role on an invitation draws the advice to give project roles', async () => {
    const { ada } = c;
    await ada.types('/org invite send broad@acme.example role:org-editor');
    await ada.sees(['Invitation sent', 'org-editor is broad', 'roles there are the better choice']);
    await ada.types('/org invite send narrow@acme.example project:project-a:project-reader');
    const card = await ada.sees(['Invitation sent', 'project-a: project-reader']);
    expect(card.text).not.toContain('is broad');
  });

  test('CR-01 CR-19 CR-18 roles stand on both levels, and who has project roles alone sees those projects alone', async () => {
    const { ada, ben, cleo } = c;
    await ada.types(`/org access grant ${ben.email} project-a project-editor`);
    await ada.sees(`${ben.email} is project-editor in project-a`);
    await ada.types(`/org member role ${cleo.email} org-reader`);
    await ada.sees(`${cleo.email} is org-reader`);
    await ben.types('/org project list');
    const list = await ben.sees('project-a');
    expect(list.text).not.toContain('project-b');
    await cleo.types('/org project list');
    await cleo.sees(['project-a', 'project-b']);
  });

  test('CR-23 CR-22 an org-reader who is project-editor in A edits in A, reads B, and cannot edit B', async () => {
    const { ada, cleo } = c;
    await ada.types(`/org access grant ${cleo.email} project-a project-editor`);
    await ada.sees(`${cleo.email} is project-editor in project-a`);
    for (const verb of ['create', 'read', 'update', 'delete']) {
      await cleo.types(`/access check resources:${verb} project-a`);
      await cleo.sees(['Allowed', `resources:${verb}`]);
      await cleo.types(`/access check resources:${verb} project-b`);
      await cleo.sees([verb === 'read' ? 'Allowed' : 'Denied', `resources:${verb}`]);
    }
  });

  test('CR-12 an organization role reaches a project that is made later', async () => {
    const { ada, cleo, ben } = c;
    await ada.types('/org project create project-c');
    await ada.sees('project-c created');
    await ada.types(`/access check resources:read project-c user:${cleo.email}`);
    await ada.sees(['Allowed', 'org-reader']);
    await ada.types(`/access check resources:read project-c user:${ben.email}`);
    await ada.sees('Denied');
  });

  test('CR-24 there is one organization role: a second takes the place of the first', async () => {
    const { ada, cleo } = c;
    await ada.types(`/org member role ${cleo.email} org-editor`);
    await ada.sees([`${cleo.email} is org-editor`, 'Before: org-reader']);
    await cleo.types('/org access show');
    const shown = await cleo.sees(['org-editor (organization role)', 'project-editor in project project-a']);
    expect(shown.text).not.toContain('org-reader');
    await ada.types(`/org member role ${cleo.email} none`);
    await ada.sees([`Before: org-editor`]);
  });

  test('CR-09 roles are edited as one set: all of it or nothing', async () => {
    const { story, ada, ben } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org access edit ${ben.email}`);
      await ada.sees(['Edit access', ben.email], 'form');
      await ada.submits({
        'Organization role': 'org-reader',
        'project-a': 'none',
        'project-b': 'project-reader',
      });
      await ada.sees('Nothing has changed yet', 'form');
    });
    await ada.clicks('Save');
    await ada.sees(`Access of ${ben.email} saved`, 'form');
    await ben.types('/org access show');
    const shown = await ben.sees(['org-reader (organization role)', 'project-reader in project project-b']);
    expect(shown.text).not.toContain('project-a');
  });

  test('CR-28 CR-29 a downgrade counts from the very next question on, as an upgrade does', async () => {
    const { ada, ben } = c;
    for (const [role, answer] of [
      ['org-editor', 'Allowed'],
      ['org-reader', 'Denied'],
      ['org-editor', 'Allowed'],
      ['none', 'Denied'],
    ]) {
      await ada.types(`/org member role ${ben.email} ${role}`);
      await ada.sees(ben.email);
      await ben.types('/access check resources:delete');
      await ben.sees([answer ?? '', 'resources:delete']);
    }
  });

  test('CR-14 CR-15 users and billing are org-admin’s alone; every attempt of an org-editor is refused', async () => {
    const { story, ada, ben, cleo, dana } = c;
    await ada.types(`/org member role ${ben.email} org-editor`);
    await ada.sees(`${ben.email} is org-editor`);
    await story.nothingHappens(async () => {
      for (const typed of [
        `/org invite send ${dana.email}`,
        '/org member list',
        `/org member role ${ben.email} org-admin`,
        `/org member role ${cleo.email} org-reader`,
        `/org member remove ${cleo.email}`,
        `/org access grant ${cleo.email} project-a project-reader`,
        '/org project create project-d',
        '/org settings set request-life 3d',
        '/org audit list',
      ]) {
        await ben.types(typed);
        await ben.sees(['Not done', "You can't"]);
      }
      for (const [permission, answer] of [
        ['resources:delete', 'Allowed'],
        ['billing:read', 'Denied'],
        ['billing:update', 'Denied'],
      ]) {
        await ben.types(`/access check ${permission}`);
        await ben.sees([answer ?? '', permission ?? '']);
      }
      await ada.types('/access check billing:update');
      await ada.sees(['Allowed', 'org-admin']);
    });
  });

  test('an administrator names another administrator, after one confirmation', async () => {
    const { story, ada, ben, eli } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org member role ${ben.email} org-admin`);
      await ada.sees(['Change the role', 'Nothing has changed yet']);
      await eli.types(`/org member role ${ben.email} org-reader org:acme`);
      await eli.sees(['Not done', 'not a member of Acme']);
    });
    await ada.types(`/org member role ${ben.email} org-admin`);
    await ada.clicks('Change role', { on: 'Nothing has changed yet' });
    await ada.sees(`${ben.email} is org-admin`);
    await ben.types('/org member list');
    await ben.sees('active members');
  });

  test('CR-31 invitations are copied, resent and revoked here as everywhere', async () => {
    const { ada } = c;
    for (const [verb, answer] of [
      ['copy', 'The link for narrow@acme.example'],
      ['resend', 'Invitation sent again'],
      ['revoke', 'Invitation for narrow@acme.example revoked'],
    ]) {
      await ada.types(`/org invite ${verb} narrow@acme.example`);
      await ada.sees(answer ?? '');
    }
  });

  test('CR-31 a member is switched off and on again', async () => {
    const { ada, cleo } = c;
    await ada.types(`/org member deactivate ${cleo.email}`);
    await ada.clicks('Deactivate', { on: `Deactivate ${cleo.email}?` });
    await ada.sees(`${cleo.email} is deactivated`);
    await cleo.types('/access check resources:read project-a');
    await cleo.sees('deactivated');
    await ada.types(`/org member reactivate ${cleo.email}`);
    await ada.sees(`${cleo.email} is active again`);
  });

  test('CR-10 removing a member asks once more, and then they are out', async () => {
    const { story, ada, cleo } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org member remove ${cleo.email}`);
      await ada.sees([`Remove ${cleo.email} from Acme?`, 'Nothing has changed yet']);
    });
    await ada.clicks('Remove', { on: `Remove ${cleo.email} from Acme?` });
    await ada.sees(`${cleo.email} is removed`);
    await cleo.sees('Acme', 'direct');
    await cleo.types('/org org:acme');
    await cleo.sees('that you can reach from here');
  });
});
