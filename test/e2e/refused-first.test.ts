import { beforeAll, describe, test } from 'vitest';
import { foundAcme } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('nobody confirms what is then refused, on $platform', ({ startSide }) => {
  let story: Story;
  let ada: Seat;
  let ben: Seat;

  beforeAll(async () => {
    story = await startStory(startSide);
    ({ ada, ben } = await foundAcme(story));
    for (const line of [
      '/org service-account create ci',
      '/org role create deployer scope:project permissions:flows:run',
      `/org access grant ${ben.email} search-prod deployer`,
      `/org member deactivate ${story.seat('cleo').email}`,
    ]) {
      await ada.types(line);
      await ada.sees(/ci|deployer|Deactivate/);
    }
    await ada.clicks('Deactivate');
    await ada.sees('is deactivated');
    await ada.types('/org service-account disable ci');
    await ada.clicks('Disable');
    await ada.sees('is disabled');
    return story.end;
  });

  /** Each is refused at once: a preview would have a button, and words of its own. */
  const atOnce = async (person: Seat, line: string, why: string) =>
    story.nothingHappens(async () => {
      await person.types(line);
      await person.sees(['Not done', why]);
      person.doesNotSee('Nothing has changed yet');
    });

  test.each([
    'member role {ada} member',
    'member role {ada} admin for:1h',
    'member deactivate {ada}',
    'member remove {ada}',
    'member offboard {ada}',
    'access edit {ada} role:member project:none',
  ])('the last administrator stays: /org %s', async (line) => {
    await atOnce(ada, `/org ${line.replace('{ada}', ada.email)}`, 'without an administrator');
  });

  test('nor does the last administrator leave', async () => {
    await atOnce(ada, '/access leave', 'without an administrator');
  });

  test('what is so already is said at once, and so is what one may not do', async () => {
    await atOnce(ada, `/org member deactivate ${story.seat('cleo').email}`, 'deactivated already');
    await atOnce(ada, '/org service-account disable ci', 'disabled already');
    await atOnce(ben, '/org service-account disable ci', "You can't");
    await atOnce(ben, `/org access revoke ${ben.email} search-prod`, "You can't");
    await atOnce(ben, `/org member role ${ada.email} member`, "You can't");
    await atOnce(ada, '/org role delete deployer replace-with:nobody', 'no workspace role');
  });

  test('what can be done is shown first, and nothing of trying it beforehand is kept or sent', async () => {
    await story.nothingHappens(async () => {
      await ada.types(`/org access revoke ${ben.email} search-prod`);
      await ada.sees(['Take access from', 'Nothing has changed yet']);
      await ben.types('/access');
      await ben.sees('deployer');
      ben.doesNotSee('ended');
    });
  });
});
