import { beforeAll, describe, expect, test } from 'vitest';
import { commandKey, commands } from '../../src/commands/index.ts';
import { foundAcme } from '../support/acme.ts';
import type { Cast } from '../support/command-stories.ts';
import { type Content, contentOf, listening } from '../support/parity.ts';
import { stories } from '../support/stories.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

const CLEO = 'cleo@acme.example';

test('every declared command has a story, and every story a command', () => {
  expect(Object.keys(stories).sort()).toEqual(commands.map(commandKey).sort());
});

type Heard = Record<'does' | 'refuses', Content[]>;
/** What every command answered, by chat. */
const answers = new Map<string, Map<string, Heard>>();

describe.each(platforms)('every command, on $platform', ({ platform, startSide, own }) => {
  let story: Story;
  let people: Cast;
  let heard: Content[] = [];
  const here = new Map<string, Heard>();
  answers.set(platform, here);

  beforeAll(async () => {
    story = await startStory(startSide, { settings: () => ({ operators: [CLEO] }) });
    const acme = await foundAcme(story);
    await acme.eli.types('/access whoami');
    await acme.eli.sees('eli@acme.example');
    const hear = (seat: Seat) => listening(seat, (shown) => void heard.push(contentOf(shown, own)));
    people = {
      ada: hear(acme.ada),
      ben: hear(acme.ben),
      cleo: hear(acme.cleo),
      dana: hear(acme.dana),
      eli: hear(acme.eli),
      gil: hear(story.seat('gil')),
    };
    return story.end;
  });

  // A refusal comes after what it refuses, so that "already" is among the reasons.
  test.each(Object.entries(stories))(
    '/%s does what it says, and refuses without a change',
    async (name, told) => {
      heard = [];
      await told.does(people);
      const does = heard;
      heard = [];
      await story.nothingHappens(() => told.refuses(people));
      here.set(name, { does, refuses: heard });
    },
  );
});

describe('the same words and the same buttons on every chat', () => {
  test.each(Object.keys(stories))('/%s', (name) => {
    const [first, ...others] = [...answers.values()].map((heard) => heard.get(name));
    expect(first, 'the command was not carried out').toBeDefined();
    for (const other of others) expect(other).toEqual(first);
  });
});
