import { beforeAll, describe, expect, test } from 'vitest';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

describe.each(platforms)('CoreWeave: who runs an organization, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, {
      model: 'coreweave',
      projects: ['tenant-prod', 'tenant-dev'],
      joining: 'no-access',
    });
    return c.story.end;
  });

  test('CW-07 CW-47 whoever founds it is admin, and holds namespace-user and namespace-owner in what they make', async () => {
    const { ada, ben } = c;
    await ada.types('/org access show');
    await ada.sees([
      'admin (organization role)',
      'namespace-user in namespace tenant-prod',
      'namespace-owner in namespace tenant-prod',
      'namespace-owner in namespace tenant-dev',
    ]);
    await ada.types('/access check w:pods tenant-prod');
    await ada.sees(['Allowed', 'w:pods']);
    await ben.types('/access check w:pods tenant-prod');
    await ben.sees('No namespace tenant-prod in Acme that you can name');
  });

  test('CW-08 whoever joins is a member, and no administrator', async () => {
    for (const person of [c.ben, c.cleo]) {
      await person.types('/access whoami');
      await person.sees(['Acme', 'member']);
    }
    await c.ada.types('/org');
    await c.ada.sees('3 active, 1 administrator');
  });

  test('CW-11 one command opens the dashboard of a named organization', async () => {
    await c.ben.types('/org org:acme');
    await c.ben.sees(['Acme', 'Namespaces', '3 active']);
  });

  test('CW-09 an administrator’s attempt to name another one becomes a request that operators approve', async () => {
    const { story, ada, ben, cleo, eli } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org member role ${cleo.email} admin`);
      await ada.sees('Nothing has changed yet');
    });
    await ada.clicks('Change role');
    await ada.sees(['Operators decide this', 'REQ-1']);
    await eli.sees(['Approval needed', `admin (organization role) for ${cleo.email}`, 'Acme'], 'direct');
    await story.nothingHappens(async () => {
      await ada.types('/access request approve REQ-1');
      await ada.sees("You can't decide REQ-1");
      await cleo.types('/access request approve REQ-1');
      await cleo.sees('REQ-1');
      await ben.types('/access request approve REQ-1');
      await ben.sees('REQ-1');
      await cleo.types(`/org member deactivate ${ben.email}`);
      await cleo.sees('members:write');
    });
    await eli.types('/org operator requests');
    await eli.sees(['Requests for operators', `acme · REQ-1`, 'admin']);
    await eli.clicks('Review');
    await eli.sees(['Approval needed', cleo.email]);
    await eli.clicks('Approve');
    await eli.sees([cleo.email, 'admin']);
    await cleo.sees('admin', 'direct');
    await ada.sees(['REQ-1', 'Approved'], 'direct');
    await cleo.types('/org access show');
    await cleo.sees([
      'admin (organization role)',
      'namespace-user in namespace tenant-prod',
      'namespace-owner in namespace tenant-prod',
      'namespace-user in namespace tenant-dev',
      'namespace-owner in namespace tenant-dev',
    ]);
    await eli.types('/org member list org:acme');
    await eli.sees('not a member of Acme');
  });

  test('CW-09 taking an administrator down goes the same way, and an operator does either at once', async () => {
    const { ada, cleo, eli } = c;
    await ada.types(`/org member role ${cleo.email} member`);
    await ada.clicks('Change role');
    await ada.sees(['Operators decide this', 'REQ-2']);
    await eli.clicks('Deny', { on: 'REQ-2' });
    await eli.submits({ Reason: 'They are on call.' });
    await eli.sees('REQ-2 denied');
    await ada.sees(['Denied', 'They are on call.'], 'direct');
    await eli.types(`/org member role ${cleo.email} member org:acme`);
    await eli.clicks('Change role');
    await eli.sees(`${cleo.email} is member`);
    await cleo.sees('member', 'direct');
    await cleo.types('/access whoami');
    await cleo.sees('member');
  });

  test('CW-09 a member who asks for it asks the operators, not the administrators', async () => {
    const { story, ada, ben, eli } = c;
    await ben.types('/access request new admin for:8h reason:"on call"');
    await ben.sees(['REQ-3 is open', 'The operators of this installation']);
    await story.nothingHappens(async () => {
      await ada.types('/access request approve REQ-3');
      await ada.sees("You can't decide REQ-3");
    });
    await eli.clicks('Deny', { on: 'REQ-3' });
    await eli.submits({ Reason: 'Ask Ada.' });
    await eli.sees('REQ-3 denied');
    await ben.sees(['Denied', 'Ask Ada.'], 'direct');
  });

  test('CW-02 CW-03 admin-read sees people with their access and tokens, and every change of theirs is refused', async () => {
    const { story, ada, ben, cleo, dana, eli } = c;
    await ada.types(`/org member role ${cleo.email} admin-read`);
    await ada.sees(['Operators decide this', 'REQ-4']);
    await eli.clicks('Approve', { on: 'REQ-4' });
    await cleo.sees('admin-read', 'direct');
    await cleo.types('/org member list');
    await cleo.sees(['3 active members', ben.email]);
    await cleo.types(`/org member show ${ada.email}`);
    await cleo.sees(['namespace-owner in namespace tenant-prod', 'active']);
    await cleo.types('/org token list');
    await cleo.sees('token');
    cleo.doesNotSee('Not done');
    await story.nothingHappens(async () => {
      for (const typed of [
        `/org invite send ${dana.email}`,
        '/org invite list',
        `/org member deactivate ${ben.email}`,
        `/org member reactivate ${ben.email}`,
        `/org member role ${ben.email} admin-read`,
        `/org member offboard ${ben.email}`,
        `/org access grant ${ben.email} tenant-prod namespace-user`,
        '/org project create tenant-more',
        '/org project delete tenant-dev',
        '/org token create ci',
        '/org settings set request-life 3d',
      ]) {
        await cleo.types(typed);
        await cleo.sees('Not done');
      }
    });
  });

  test('CW-04 CW-05 CW-06 a member lists, adds and removes no token: the list is refused, not empty', async () => {
    const { story, ada, ben } = c;
    await ada.types('/org token create ci-deploy');
    await ada.sees('ci-deploy');
    await story.nothingHappens(async () => {
      for (const typed of [
        '/org token list',
        '/org token create mine',
        '/org token deactivate ci-deploy',
        '/org token revoke ci-deploy',
        '/org token rotate ci-deploy',
      ]) {
        await ben.types(typed);
        await ben.sees(['Not done', 'tokens:']);
        ben.doesNotSee(/…[0-9A-Za-z]/);
      }
      await ben.types('/access token create mine');
      await ben.sees('Not done');
    });
    await ada.types('/org token revoke ci-deploy');
    await ada.clicks('Revoke', { on: 'Revoke ci-deploy?' });
    await ada.sees(['ci-deploy', 'revoked']);
  });

  test('CW-46 an administrator gives every permission but w:pods and w:full; those are asked of operators', async () => {
    const { story, ada, ben, eli } = c;
    await ada.types(`/org access grant ${ben.email} tenant-dev namespace-user`);
    await ada.sees(`${ben.email} is namespace-user in tenant-dev`);
    await ben.types('/access check w:pods tenant-dev');
    await ben.sees(['Denied', 'Operators alone give it']);
    for (const role of ['pod-writer', 'namespace-owner']) {
      await ada.types(`/org access grant ${ben.email} tenant-prod ${role}`);
      await ada.sees(['Operators decide this', `operators alone give ${role}`]);
    }
    await eli.sees(
      ['Approval needed', `namespace-owner in namespace tenant-prod for ${ben.email}`],
      'direct',
    );
    await story.nothingHappens(async () => {
      await ada.types('/access request approve REQ-5');
      await ada.sees("You can't decide REQ-5");
      await ben.types('/access request approve REQ-5');
      await ben.sees('Not done');
    });
    await eli.clicks('Approve', { on: 'pod-writer in namespace tenant-prod' });
    await ada.sees(['Approved', 'REQ-5'], 'direct');
    await ben.sees(['pod-writer', 'tenant-prod'], 'direct');
    await ben.types('/access check w:pods tenant-prod');
    await ben.sees(['Allowed', 'pod-writer']);
    await ben.types('/access check w:secrets tenant-prod');
    await ben.sees('Denied');
  });

  test('CW-46 an operator gives them at once, without being a member', async () => {
    const { ben, eli } = c;
    await eli.types(`/org access grant ${ben.email} tenant-dev namespace-owner org:acme`);
    await eli.sees(`${ben.email} is namespace-owner in tenant-dev`);
    await ben.sees(['namespace-owner', 'tenant-dev'], 'direct');
    await ben.types('/access check w:pods tenant-dev');
    await ben.sees('Allowed');
  });

  test('CW-48 a permission or role that there is not is refused, never passed on', async () => {
    const { story, ada, ben } = c;
    await story.nothingHappens(async () => {
      await ada.types('/access check w:gpus tenant-prod');
      await ada.sees(/w:gpus/);
      ada.doesNotSee('Allowed');
      await ada.types(`/org access grant ${ben.email} tenant-prod w:secrets`);
      await ada.sees('Not done');
    });
  });

  test('the words are the model’s: a namespace is never called a project', async () => {
    const { ada } = c;
    await ada.types('/org project list');
    const list = await ada.sees('tenant-prod');
    expect(list.text).not.toMatch(/project/i);
    await ada.types('/org access grant');
    const form = await ada.sees(['Give namespace access', 'Acme'], 'form');
    expect(form.fields.map(({ label }) => label)).toContain('Namespace');
    expect(form.text).not.toMatch(/project/i);
  });
});
