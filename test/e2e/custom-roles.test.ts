import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('custom roles, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let dana: Seat;

  /** What `/access check` says of somebody, asked by themselves. */
  const may = async (who: Seat, permission: string, project: string, allowed: boolean) => {
    await who.types(`/access check ${permission} project:${project}`);
    await who.sees([allowed ? 'Allowed' : 'Denied', permission]);
  };

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    dana = await joins(story, 'dana');
    return story.end;
  });

  test('PF-30 the roles page has what is built in and what the organization made, with the form to make more', async () => {
    const { ada } = people;
    await ada.types('/org role list');
    await ada.sees(['In the whole organization', 'developer', 'In one workspace']);
    await ada.clicks('Create role');
    await ada.submits({
      Role: 'deployer',
      Scope: 'Given in one project',
      Permissions: 'deployments:create, deployments:update\ndeployments:delete',
    });
    await ada.sees(['Role deployer created', 'one workspace', 'deployments:delete']);
    await ada.types('/org role list');
    await ada.sees('deployer: deployments:create, deployments:delete, deployments:update (custom)');
    await people.cleo.types('/org role show deployer');
    const shown = await people.cleo.sees(['Role deployer', 'custom, version 1', 'deployments:create']);
    expect(shown.buttons.map(({ label }) => label)).not.toContain('Edit');
  });

  test('PF-31 a developer creates, edits and deletes deployments, a data scientist reads, each exactly that', async () => {
    const { ada, ben, cleo } = people;
    await ada.types('/org role create data-scientist permissions:*:read');
    await ada.sees('Role data-scientist created');
    await ada.types(`/org access grant ${ben.email} search-prod deployer`);
    await ben.sees('deployer', 'direct');
    await ada.types(`/org access grant ${cleo.email} search-prod data-scientist`);
    await cleo.sees('data-scientist', 'direct');
    for (const action of ['create', 'update', 'delete']) {
      await may(ben, `deployments:${action}`, 'search-prod', true);
      await may(cleo, `deployments:${action}`, 'search-prod', false);
    }
    await may(ben, 'deployments:run', 'search-prod', false);
    await may(ben, 'flows:read', 'search-prod', false);
    await may(cleo, 'deployments:read', 'search-prod', true);
    await may(cleo, 'flows:read', 'search-prod', true);
    await may(cleo, 'flows:run', 'search-prod', false);
    for (const who of [ben, cleo]) {
      await who.types('/access check deployments:read project:data-lake');
      await who.sees('No workspace data-lake in Acme that you can name');
    }
  });

  test('an edit is shown before it happens, reaches holders at once, and they hear of it', async () => {
    const { ada, ben } = people;
    await story.nothingHappens(async () => {
      await ada.types('/org role edit deployer add:deployments:run remove:deployments:delete');
      await ada.sees([
        'Change what deployer allows?',
        'deployments:run',
        `${ben.email} in workspace search-prod`,
        'Nothing has changed yet',
      ]);
    });
    await may(ben, 'deployments:run', 'search-prod', false);
    await ada.clicks('Change role');
    await ada.sees(['deployer changed', 'Told directly: 1 person']);
    await ben.sees(['Your role deployer changed', 'deployments:run', 'deployments:delete'], 'direct');
    await may(ben, 'deployments:run', 'search-prod', true);
    await may(ben, 'deployments:delete', 'search-prod', false);
  });

  test('a preview that somebody has overtaken changes nothing', async () => {
    const { ada } = people;
    await ada.types('/org role edit deployer add:deployments:pause');
    await ada.sees('Change what deployer allows?');
    const channel = 'access-requests';
    await ada.types('/org role edit deployer add:deployments:list', channel);
    await ada.sees('deployments:list', channel);
    await ada.clicks('Change role', { in: channel });
    await ada.sees('deployer changed', channel);
    await story.nothingHappens(async () => {
      await ada.clicks('Change role', { on: 'deployments:pause' });
      await ada.sees('somebody has edited deployer meanwhile');
    });
  });

  test('a role in use wants a replacement, which its holders then have', async () => {
    const { ada, ben } = people;
    await dana.types('/access request new deployer data-lake reason:"ship it"');
    await dana.sees('REQ-1');
    await story.nothingHappens(async () => {
      await ada.types('/org role delete deployer');
      await ada.sees(['deployer is held once', 'replace-with']);
    });
    await ada.types('/org role delete deployer replace-with:runner');
    await ada.sees([
      'Delete the role deployer?',
      'All of this becomes runner',
      '1 open request',
      'Nothing has changed yet',
    ]);
    await ada.clicks('Delete');
    await ada.sees(['Role deployer deleted', 'runner']);
    await ben.sees('You are runner instead of deployer', 'direct');
    await dana.sees(['REQ-1', 'deployer'], 'direct');
    await may(ben, 'flows:run', 'search-prod', true);
    await may(ben, 'deployments:create', 'search-prod', false);
    await ada.types('/org audit list');
    await ada.sees(['role.deleted', 'role.edited', 'role.created']);
  });
});
