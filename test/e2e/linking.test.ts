import { beforeAll, describe, expect, test } from 'vitest';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('linking a chat account by a mailed code, on $platform', ({ startSide }) => {
  let story: Story;
  let ada: Seat;
  let ben: Seat;
  beforeAll(async () => {
    story = await startStory(startSide, { linked: false });
    ada = story.seat('ada');
    ben = story.seat('ben');
    return story.end;
  });

  const command = async (who: Seat): Promise<string> =>
    /\/access link code code:\S+/.exec(await who.reads('Your code'))?.[0] ?? '';

  test('the start printed one code, and whoever types it with an address is the first operator, once', async () => {
    const [line = ''] = story.app.announcements;
    const typed = line.slice(line.indexOf('/access')).replace('<yours>', ada.email);
    expect(typed).toMatch(/^\/access link code code:[A-Z2-9]{8} email:ada@acme\.example$/);
    await ada.types(typed);
    await ada.sees([`Linked to ${ada.email}`, 'first operator']);
    await ben.types(typed.replace(ada.email, ben.email));
    await ben.sees('Not linked');
    await ben.types('/access whoami');
    await ben.sees('Not linked');
    await ada.types('/org create Acme');
    await ada.sees('Acme is yours to run');
  });

  test('somebody unlinked is told so, with a button that leads to the code and back', async () => {
    await story.nothingHappens(async () => {
      await ben.types('/org member list');
      await ben.sees(["I can't tell who you are yet", 'Link this chat account']);
    });
    await ben.clicks('Link account');
    await ben.submits({ 'Your e-mail address': ben.email });
    await ben.sees(`A code is on its way to ${ben.email}`);
    const code = (await command(ben)).slice('/access link code code:'.length);
    await ben.clicks('Enter code');
    await ben.submits({ Code: code });
    await ben.sees(`Linked to ${ben.email}`);
    await ben.types('/access whoami');
    await ben.sees(ben.email);
  });

  test('checklist 36: a code works for the account that asked for it alone, and once', async () => {
    const cleo = story.seat('cleo');
    const dana = story.seat('dana');
    await cleo.types(`/access link start ${cleo.email}`);
    await cleo.sees('A code is on its way');
    const typed = await command(cleo);
    await dana.types(typed);
    await dana.sees('Not linked');
    await cleo.types(typed);
    await cleo.sees(`Linked to ${cleo.email}`);
    await dana.types(typed);
    await dana.sees('Not linked');
  });

  test('abuse: after five wrong tries the right code does not work either', async () => {
    const eli = story.seat('eli');
    await eli.types(`/access link start ${eli.email}`);
    await eli.sees('A code is on its way');
    const right = await command(eli);
    for (const left of [4, 3, 2, 1]) {
      await eli.types('/access link code WRONG234');
      await eli.sees(['Not linked', `${left} ${left === 1 ? 'try' : 'tries'} left`]);
    }
    await eli.types('/access link code WRONG234');
    await eli.sees('five wrong tries');
    await eli.types(right);
    await eli.sees(['Not linked', 'five wrong tries', '/access link start']);
    await eli.types('/access whoami');
    await eli.sees('Not linked');
  });
});

describe.each(platforms)('people whom Rollcall does not answer, on $platform', ({ startSide }) => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory(startSide);
    await story.seat('ada').types('/org create Acme');
    await story.seat('ada').sees('Acme is yours to run');
    return story.end;
  });

  test.each([
    ['a guest', 'gil'],
    ['a bot', 'robo'],
    ['somebody of another company', 'zoe'],
  ])('checklist 35: %s', async (_, name) => {
    const stranger = story.seat(name);
    await story.nothingHappens(async () => {
      for (const line of [
        '/access',
        '/org member list',
        `/access link start ${stranger.email}`,
        '/org create Mine',
      ]) {
        if (!(await stranger.tries(line))) continue;
        await stranger.sees('Rollcall does not answer guests, bots and people of other workspaces');
        stranger.doesNotSee('Acme is');
      }
    });
    expect(story.app.letters.to(stranger.email)).toEqual([]);
  });
});
