import { beforeAll, describe, test } from 'vitest';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)(
  'what nobody does alone is not done by another name, on $platform',
  ({ startSide }) => {
    let story: Story;
    let people: Acme;
    let ada: Seat;

    beforeAll(async () => {
      story = await startStory(startSide);
      people = await foundAcme(story);
      ({ ada } = people);
      await joins(story, 'dana', 'role:admin');
      for (const line of [
        `/org access grant ${people.ben.email} data-lake developer`,
        '/org role create deployer scope:project permissions:flows:run',
        `/org access grant ${people.ben.email} search-prod deployer`,
      ]) {
        await ada.types(line);
        await ada.sees(/developer|deployer/);
      }
      await ada.types('/org settings set approvals-changes "access grant,member role"');
      await ada.sees('approvals-changes is set');
      return story.end;
    });

    test.each([
      ['project default-role search-prod runner', 'access grant'],
      ['invite send kai@example.com project:search-prod:owner', 'access grant'],
      ['invite send kai@example.com role:admin', 'member role'],
    ])('/org %s becomes a request, as %s does', async (line, listed) => {
      await ada.types(`/org ${line}`);
      await ada.sees([/REQ-\d+ is open/, `nobody does ${listed} alone, and`, 'comes down to it here']);
    });

    test('a saved form of access asks for what it adds, and takes away at once', async () => {
      const { ben } = people;
      await ada.types(`/org access edit ${ben.email} project:data-lake:owner,search-prod:deployer`);
      await ada.sees(['Save the access of', 'nobody does access grant alone', 'somebody else to approve']);
      await ada.clicks('Ask for approval');
      await ada.sees(/REQ-\d+ is open/);
      await ada.types(`/org access edit ${ben.email} project:search-prod:deployer`);
      await ada.sees(['Save the access of', 'Taken away', 'data-lake']);
      await ada.clicks('Save');
      await ada.sees(`Access of ${ben.email} saved`);
    });

    test('a role that people have is not widened alone, nor replaced by another', async () => {
      await ada.types('/org role edit deployer add:flows:delete');
      await ada.sees(['Change what deployer allows?', 'nobody does access grant alone']);
      await ada.types('/org role delete deployer replace-with:owner');
      await ada.sees(['Delete the role deployer?', 'nobody does access grant alone']);
      await ada.types('/org role edit deployer remove:flows:run add:flows:read');
      await ada.sees('nobody does access grant alone');
    });

    test('what gives nothing stays as it was', async () => {
      await ada.types('/org project default-role search-prod none');
      await ada.sees('search-prod');
      ada.doesNotSee('nobody does');
      await ada.types('/org invite send lou@example.com role:member');
      await ada.sees('Invitation sent to lou@example.com');
    });
  },
);
