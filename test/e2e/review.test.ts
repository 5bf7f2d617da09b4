import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

const CLEO = 'cleo@acme.example';

describe.each(platforms)('an access review, on $platform', (chat) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(chat.startSide);
    people = await foundAcme(story);
    const { ada } = people;
    const give = async (email: string, project: string, role: string) => {
      await ada.types(`/org access grant ${email} ${project} ${role}`);
      await ada.sees([email, role, project]);
    };
    await joins(story, 'dana');
    await give('ben@acme.example', 'search-prod', 'owner');
    for (const role of ['developer', 'runner', 'read-only']) await give(CLEO, 'search-prod', role);
    for (const role of ['developer', 'runner', 'read-only'])
      await give('dana@acme.example', 'search-prod', role);
    await give(CLEO, 'data-lake', 'developer');
    await ada.types('/org access revoke ada@acme.example all');
    await ada.sees('This ends');
    await ada.clicks('Take away');
    await ada.sees('Access taken');
    return story.end;
  }, 90_000);

  /** Time passes, and the job that tidies up after it comes round now rather than at the next full minute. */
  const pass = async (interval: string) => {
    const { db } = story.app.database;
    await db.execute(sql`update reviews set ends_at = ends_at - ${interval}::interval`);
    await db.execute(sql`insert into pgboss.job (name, data) values ('expire', '{}')`);
  };

  test('says what it would ask, and asks nothing until it is started', async () => {
    await story.nothingHappens(async () => {
      await people.ada.types('/org review start until:14d');
      await people.ada.sees(['It asks about', 'of 4 people', 'Nothing has changed yet']);
    });
    await people.ben.types('/access whoami');
    await people.ada.clicks('Start');
    await people.ada.sees(['REV-1 has begun', 'ben@acme.example']);
  });

  test('asks a project’s owner a few at a time, with the evidence, and brings the next as they answer', async () => {
    const asked = await people.ben.sees(
      [
        'REV-1: do they still need this',
        `${CLEO}: developer in search-prod`,
        'by ada@acme.example',
        'no use known',
      ],
      'direct',
    );
    expect(asked.text).toContain('6 open: 1 more come as you answer');
    expect(asked.text).not.toContain('data-lake');
    expect(asked.buttons.filter(({ label }) => label === 'Keep')).toHaveLength(5);
    await people.ben.clicks('Keep', { on: 'REV-1: do they' });
    await people.ben.sees('developer in search-prod is kept');
    await people.ben.sees('1 answered, 5 open', 'direct');
  });

  test('takes access away at the press of Remove, and who had it hears of it', async () => {
    await people.cleo.types('/access whoami');
    await people.ben.clicks('Remove', { on: 'REV-1: do they' });
    await people.ben.sees('read-only in search-prod is taken away');
    await people.cleo.sees(['was taken away', 'access review REV-1'], 'direct');
    await people.cleo.types('/org access show');
    await people.cleo.sees(['developer', 'search-prod']);
  });

  test('shows who runs it how it goes, and gives the evidence as a file', async () => {
    await people.ada.types('/org review show');
    await people.ada.sees(['REV-1: 2 of', 'ben@acme.example: 2 answered', 'Still open']);
    await people.ada.clicks('Evidence as CSV');
    await people.ada.sees('Export of reviews');
    const file = (await story.side.files('ada')).findLast(({ name }) => name.includes('reviews'));
    expect(file?.text).toContain('review,email,role,project,grantedAt,grantedBy');
    expect(file?.text).toMatch(
      /REV-1\.\d+,cleo@acme\.example,read-only,search-prod,.*,removed,ben@acme\.example/,
    );
  });

  test('warns before the end, ends what nobody kept, and gives it back for a week', async () => {
    await people.cleo.types('/access whoami');
    await people.ben.types('/access whoami');
    await pass('13 days 1 hour');
    await people.ben.sees('REV-1 ends in 1 day', 'direct');
    await people.cleo.sees(['may end tomorrow', 'developer in data-lake'], 'direct');

    await people.ada.types('/access whoami');
    await pass('2 days');
    const result = await people.ada.sees(['REV-1 is over', '1 kept, 1 removed'], 'direct');
    await people.cleo.sees(['has ended', 'developer in data-lake'], 'direct');
    const restore = result.buttons.find(({ says }) => /^Restore .*cleo.*data-lake/.test(says));
    await people.ada.clicks(restore?.says ?? 'Restore');
    await people.ada.sees(`${CLEO} has developer in data-lake again`);
    await people.ada.types('/org access show cleo@acme.example');
    await people.ada.sees(['developer', 'data-lake']);
    await people.ben.types('/access whoami');
    const mine = story.side.shown('ben').findLast(({ text }) => text.includes('REV-1 is over'));
    expect(mine?.buttons).toEqual([]);
  }, 60_000);
});
