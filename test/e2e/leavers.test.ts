import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/db/client.ts';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

/** The news of a departure are there within a minute. */
const MINUTE = 60_000;

describe.each(platforms)('somebody whose chat account is gone, on $platform', ({ startSide }) => {
  let story: Story;
  let acme: Acme;

  beforeAll(async () => {
    story = await startStory(startSide, { settings: (side) => ({ operators: [side.email('eli')] }) });
    acme = await foundAcme(story);
    await acme.eli.types('/access whoami');
    return story.end;
  });

  const shows = async (who: string, words: string | string[]) => {
    await acme.ada.types(`/org member show ${who}@acme.example`);
    await acme.ada.sees(words);
  };

  test('is a finding within a minute, with Offboard at hand, and loses nothing by itself', async () => {
    const { ada } = acme;
    await ada.types('/access whoami');
    await story.side.switchOff('cleo');
    await ada.sees(
      ['cleo@acme.example left the workspace', 'Nothing was taken away by itself'],
      'direct',
      MINUTE,
    );
    await shows('cleo', ['cleo@acme.example', 'active']);
    await ada.types('/org drift show rule:member-left-workspace');
    await ada.sees(['cleo@acme.example left', 'is still an active member']);
    await ada.clicks('Offboard', { on: 'cleo@acme.example left the workspace', in: 'direct' });
    await ada.sees(['cleo@acme.example', 'Nothing has changed yet']);
    await ada.clicks('Start offboarding');
    await ada.sees('cleo@acme.example');
    await ada.types('/org drift show rule:member-left-workspace');
    await ada.sees('Nothing has drifted');
  });

  test('is deactivated within a minute where the organization says so', async () => {
    const { ada } = acme;
    await ada.types('/org settings set leavers deactivate');
    await ada.sees('leavers is set');
    await story.side.switchOff('ben');
    await ada.sees(['ben@acme.example left the workspace', 'was deactivated'], 'direct', MINUTE);
    await shows('ben', ['ben@acme.example', 'deactivated']);
    await ada.types('/org audit list action:member.deactivated');
    await ada.sees(['ben@acme.example', 'left the workspace']);
  });

  test('rule 6: stays where they are the last administrator, and the operators hear of it', async () => {
    const { eli } = acme;
    await joins(story, 'dana');
    await eli.types('/access whoami');
    await story.side.switchOff('ada');
    await eli.sees(
      ['ada@acme.example left the workspace', 'the only administrator of Acme', 'name another one'],
      'direct',
      MINUTE,
    );
    const active = rowsOf<{ email: string }>(
      await story.app.database.db.execute(sql`
        select m.email from members m join principals p on p.organization_id = m.organization_id and p.id = m.user_id
        where p.state = 'active' order by m.email`),
    );
    expect(active.map(({ email }) => email)).toEqual(['ada@acme.example', 'dana@acme.example']);
  });
});
