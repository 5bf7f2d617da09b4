import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('a drift report, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });

  const types = async (line: string, words: string | string[]) => {
    await people.ada.types(line);
    return people.ada.sees(words);
  };
  const posted = () =>
    story.side
      .shown('ben')
      .filter(({ place, text }) => place === 'access-requests' && /Drift report/.test(text));

  test('is scheduled by a form that shows what is set, and says when the next ones come', async () => {
    await people.ada.types('/org drift schedule');
    await people.ada.sees(['Schedule drift reports', 'No report is made by itself yet'], 'form');
    await people.ada.submits({ When: '0 9 * *' });
    await people.ada.sees('it has 4 of five fields');
    await people.ada.submits({ When: '30 8 * * 5', 'Time zone': 'Europe/Berlin' });
    await people.ada.sees(['Drift reports are scheduled', '08:30 in Europe/Berlin']);
    await types('/org drift schedule #access-requests', 'Drift reports are scheduled');
    await people.ada.types('/org drift schedule');
    const form = await people.ada.sees('The next report comes', 'form');
    expect(form.fields.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['30 8 * * 5', 'Europe/Berlin']),
    );
  });

  test('is posted once with its picture, masks addresses, and names each finding on its buttons', async () => {
    await people.ben.types('/access whoami');
    await types('/org drift report', 'On its way to');
    const report = await people.ben.sees(
      ['Drift report · Acme', 'a…@acme.example is the only administrator', 'The first report', 'Next '],
      'access-requests',
    );
    expect(report.text).not.toContain('ada@acme.example');
    expect(report.spoken).toContain('Bar chart of findings by severity');
    const [picture] = (await story.side.files('ben')).filter(({ place }) => place === 'access-requests');
    expect(picture).toMatchObject({ name: expect.stringMatching(/^drift-acme-.*\.png$/), type: 'image/png' });
    const says = report.buttons.filter(({ label }) => ['Fix', 'Snooze', 'Why'].includes(label));
    expect(says.length).toBeGreaterThan(0);
    for (const button of says) expect(button.says).toMatch(/^(Fix|Snooze|Why)\b.* DRF-\d+/);
  });

  test('has everything as a file, for whoever presses and may read it', async () => {
    await people.ada.clicks('Export CSV', { in: 'access-requests' });
    await people.ada.sees('Export of drift');
    const file = (await story.side.files('ada')).findLast(({ name }) => name.endsWith('.csv'));
    expect(file?.text).toContain('single-admin');
    await story.nothingHappens(async () => {
      await people.ben.clicks('Export CSV', { in: 'access-requests' });
      await people.ben.sees('drift:read');
    });
  });

  test('that says the same gets a new date instead of a second message, and whoever asked is told', async () => {
    await types('/org drift report', [
      'Nothing has changed since the last report in',
      'nothing new was posted',
    ]);
    await people.ben.sees('Nothing has changed since', 'access-requests');
    expect(posted()).toHaveLength(1);
  });

  test('that says something else is a new message, and the old one loses its buttons', async () => {
    await types('/org access grant cleo@acme.example search-prod owner', 'owner');
    await types('/org member role ben@acme.example admin', 'Change the role of');
    await people.ada.clicks('Change role');
    await people.ada.sees('ben@acme.example is admin');
    await people.ben.types('/access whoami');
    await types('/org drift report', ['On its way to']);
    await people.ben.sees(/new and 1 resolved since/, 'access-requests');
    await people.ben.sees('A newer report stands below', 'access-requests');
    const [before, after] = posted();
    expect(before?.buttons).toEqual([]);
    expect(after?.buttons.map(({ label }) => label)).toContain('Why');
  });

  test('goes to another channel, in full where the setting says so, and nowhere that does not exist', async () => {
    await types('/org settings set drift-emails full', 'drift-emails is set');
    await people.ben.types('/access whoami');
    await types('/org drift report channel:#general', 'On its way to');
    const full = await people.ben.sees(['Drift report · Acme', '@acme.example'], 'general');
    expect(full.text).not.toContain('…@acme.example');
    await types('/org drift report channel:nowhere', 'is not a channel');
    await types('/org drift report channel:none', 'is not a channel');
    await types('/org drift report channel:#nowhere', 'On its way to');
    await people.ada.sees(['This could not be posted in the drift channel', 'no such channel'], 'direct');
  });

  test('is switched off', async () => {
    await types('/org drift schedule none', 'No drift report is made by itself');
    await types('/org status', ['schedules', 'None is set']);
  });
});
