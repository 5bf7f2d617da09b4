import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/db/client.ts';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

const SECRET = /rc_(?:org|usr|svc)_[0-9A-Za-z]{71}/;

describe.each(platforms)('tokens and service accounts, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let ada: Seat;
  let ben: Seat;
  const minted: string[] = [];

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    ({ ada, ben } = people);
    return story.end;
  });

  /** Reads the secret off the window that is in front of them. */
  const copies = async (who: Seat, words: string | RegExp): Promise<string> => {
    const window = await who.sees([words, SECRET], 'form');
    const secret = SECRET.exec(window.text)?.[0] ?? '';
    minted.push(secret);
    return secret;
  };

  const introspect = async (bearer: string, token = bearer) => {
    const answer = await fetch(`${story.app.origin}/oauth2/introspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}` },
      body: new URLSearchParams({ token }),
    });
    return answer.status === 200 ? ((await answer.json()) as Record<string, unknown>) : answer.status;
  };

  test('a personal token is shown once, in a window of its own, and works at once', async () => {
    await ben.types('/access token create laptop expires:90d');
    const secret = await copies(ben, 'Token laptop created');
    expect(await introspect(secret)).toMatchObject({ active: true, username: ben.email, org: 'acme' });
    await story.side.closeWindows('ben');
    for (const { text, spoken } of story.side.shown('ben')) expect(text + spoken).not.toMatch(SECRET);
    await ben.types('/access token list');
    const list = await ben.sees('Your tokens');
    expect(list.text).toContain(`…${secret.slice(-4)}`);
  });

  test('a rotation without overlap asks first; the old secret then stops working', async () => {
    const [old = ''] = minted;
    await ben.types('/access token rotate laptop');
    await ben.sees(['Rotate laptop?', 'stops working at once', 'Nothing has changed yet']);
    expect(await introspect(old)).toMatchObject({ active: true });
    await ben.clicks('Rotate', { on: 'Rotate laptop?' });
    const secret = await copies(ben, 'Token laptop rotated');
    expect(await introspect(old)).toBe(401);
    expect(await introspect(secret)).toMatchObject({ active: true });
  });

  test('a form that was filled in turns into the window with the secret', async () => {
    await ben.types('/access token create');
    await ben.sees('Create a personal token', 'form');
    await ben.submits({ Name: 'phone' });
    await copies(ben, 'Token phone created');
  });

  test('in a thread, where no window opens, it is the caller’s ephemeral answer alone', async () => {
    await ben.mentions('access token create threaded');
    const answer = await ben.sees(['Token threaded created', SECRET]);
    minted.push(SECRET.exec(answer.text)?.[0] ?? '');
    expect(answer.spoken).not.toMatch(SECRET);
    const others = story.side.shown('cleo').map((thing) => thing.text);
    expect(others.join()).not.toMatch(SECRET);
  });

  test('PF-18 a service account’s key comes with the command that configures a client', async () => {
    await ada.types('/org service-account create ci-runner');
    await ada.sees(
      ['Service account ci-runner created', 'Configure a client', 'export ROLLCALL_TOKEN='],
      'form',
    );
    const secret = await copies(ada, 'Service account ci-runner created');
    await ada.types('/org access grant service-account:ci-runner project:search-prod role:runner');
    await ada.sees('ci-runner is runner in search-prod');
    await ada.types('/org service-account show ci-runner');
    await ada.sees(['Service account ci-runner', 'runner', 'search-prod', ada.email, `…${secret.slice(-4)}`]);
    expect(await introspect(secret)).toMatchObject({ active: true, username: 'ci-runner' });
    await ada.types('/org service-account rotate ci-runner overlap:24h');
    const next = await copies(ada, 'New key for ci-runner');
    expect([await introspect(secret), await introspect(next)]).toMatchObject([
      { active: true },
      { active: true },
    ]);
    await ada.types('/org service-account disable ci-runner');
    await ada.clicks('Disable', { on: 'Disable ci-runner?' });
    await ada.sees('Service account ci-runner is disabled');
    expect(await introspect(next)).toBe(401);
    await ada.clicks('Enable', { on: 'is disabled' });
    await ada.sees('Service account ci-runner is enabled');
    expect(await introspect(next)).toMatchObject({ active: true });
  });

  test('naming two who should get access changes nothing, and bare words still name a person', async () => {
    await story.nothingHappens(async () => {
      await ada.types(`/org access grant ${ben.email} search-prod runner service-account:ci-runner`);
      await ada.sees('names more than one');
    });
    await ada.types(`/org access grant ${ben.email} search-prod runner`);
    await ada.sees(`${ben.email} is runner in search-prod`);
  });

  test('CW-04 a member is refused the list of all tokens', async () => {
    await ben.types('/org token list');
    await ben.sees(['Not done', 'tokens:read']);
    ben.doesNotSee('ci-runner');
    await ada.types('/org token list');
    await ada.sees(['Tokens of the organization', 'ci-runner', `laptop: personal token of ${ben.email}`]);
  });

  test('where there are no organization tokens, creating one says what there is instead', async () => {
    await ada.types('/org token create deploy');
    await ada.sees(['No token was created', 'has no organization tokens', '/access token create']);
  });

  test('CR-27 before a removal its card says how many tokens die, and they do', async () => {
    await ada.types(`/org member remove ${ben.email}`);
    await ada.sees(['3 personal tokens of theirs stop working for good']);
    await ada.clicks('Remove', { on: `Remove ${ben.email}` });
    await ada.sees(['is removed', '3 personal tokens revoked']);
    expect(await introspect(minted[1] ?? '')).toBe(401);
  });

  test('abuse 37: no secret stands in any table, line of the log, message or letter', async () => {
    expect(minted).toHaveLength(6);
    const { db } = story.app.database;
    const tables = rowsOf<{ name: string }>(
      await db.execute(sql`
        select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`),
    );
    expect(tables.length).toBeGreaterThan(25);
    for (const { name } of tables) {
      const rows = rowsOf<{ row: string }>(
        await db.execute(sql`select t::text as row from ${sql.raw(name)} t`),
      );
      const text = rows.map(({ row }) => row).join('\n');
      for (const secret of minted) expect(text.includes(secret), name).toBe(false);
      expect(text, name).not.toMatch(SECRET);
    }
    expect(story.app.log.join('\n')).not.toMatch(SECRET);
    const letters = [ada, ben].flatMap(({ email }) => story.app.letters.to(email));
    expect(JSON.stringify(letters)).not.toMatch(SECRET);
    for (const name of ['ada', 'ben', 'cleo', 'dana']) {
      for (const { place, text, spoken } of story.side.shown(name)) {
        expect(spoken).not.toMatch(SECRET);
        const others = name === 'cleo' || name === 'dana';
        if (others || place === 'direct' || place === 'home') expect(text).not.toMatch(SECRET);
      }
    }
  });
});
