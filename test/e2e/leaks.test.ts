import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { allRows } from '../support/rows.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

const GITHUB = `ghp_${'wWPw5k4aXcaT4fNP'}${'0UcnZwJUVFk6LO0pINUx'}`;
const SECRET = /rc_(?:org|usr|svc)_[0-9A-Za-z]{71}/;

describe.each(platforms)('abuse 36: a secret in what somebody writes, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let ada: Seat;
  let ben: Seat;
  let cleo: Seat;

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    ({ ada, ben, cleo } = people);
    return story.end;
  });

  const nobodyKeeps = async (secret: string) => {
    for (const [table, text] of Object.entries(await allRows(story.app.database.db)))
      expect(text.includes(secret), table).toBe(false);
    expect(story.app.log.join('\n')).not.toContain(secret);
    for (const who of ['ada', 'cleo'])
      for (const { text, spoken } of story.side.shown(who)) expect(text + spoken).not.toContain(secret);
  };

  test('abuse 36: a reason goes on without it, and who wrote it is told to replace it', async () => {
    await ben.types(
      `/access request new role:developer project:data-lake for:2h reason:"INC-7 with ${GITHUB} now"`,
    );
    await ben.sees(['REQ-1', 'Taken out of reason', 'github', 'replace it']);
    await ada.sees(['REQ-1', 'INC-7 with [secret removed] now']);
    await nobodyKeeps(GITHUB);
  });

  test('abuse 36: so does what is written into a form', async () => {
    await ada.clicks('Deny', { on: 'REQ-1' });
    await ada.sees('Reason', 'form');
    await ada.submits({ Reason: `use ${GITHUB} instead` });
    await ben.sees(['REQ-1', 'Denied', 'use [secret removed] instead']);
    await nobodyKeeps(GITHUB);
  });

  test('abuse 36: a token of ours is revoked on sight, and whose it is hears of it', async () => {
    await cleo.types('/access token create laptop');
    const window = await cleo.sees(['Token laptop created', SECRET], 'form');
    const secret = SECRET.exec(window.text)?.[0] ?? '';
    await story.side.closeWindows('cleo');
    const works = () =>
      fetch(`${story.app.origin}/oauth2/introspect`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body: new URLSearchParams({ token: secret }),
      }).then(({ status }) => status);
    expect(await works()).toBe(200);
    await ben.types(
      `/access request new role:developer project:data-lake reason:"found ${secret} on the wiki"`,
    );
    await ben.sees(['REQ-2', 'token of Rollcall', 'is revoked by now']);
    expect(await works()).toBe(401);
    await cleo.sees(['Token laptop was revoked', 'wrote it into a message', 'Acme']);
    await nobodyKeeps(secret);
    await ada.types('/org audit list action:token.revoked');
    await ada.sees(['token.revoked', 'laptop', 'Written into a message by']);
  });

  test('abuse 36: a token that is dead already, or was never one, is taken out and revokes nothing', async () => {
    const before = await allRows(story.app.database.db);
    const dead = `rc_usr_${'0'.repeat(71)}`;
    await ben.types(`/access check members:list project:${dead}`);
    await ben.sees(['Not done', '[secret removed]', 'Taken out of project']);
    expect((await allRows(story.app.database.db)).audit_events).toBe(before.audit_events);
  });
});
