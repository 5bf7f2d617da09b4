import { type SQL, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { type Acme, foundAcme, joins } from './acme.ts';
import type { Words } from './seat.ts';
import type { Shown, Side } from './side.ts';
import { type Seat, type Story, type StoryOptions, startStory } from './story.ts';

export interface People extends Acme {
  story: Story;
}

/** Something with a button that others settle too. Ada and Dana run Acme; Cleo asks. */
export interface Late {
  what: string;
  /** What makes it; what stands in it and in nothing else. */
  begins: (people: People) => Promise<string>;
  /** Whoever has it before them. */
  who: (people: People) => readonly Seat[];
  /** A message to each of them, unless it is said where else it stands. */
  place?: string;
  button: string;
  of?: string;
  /** What is typed into the window that the button opens. */
  fills?: Readonly<Record<string, string>>;
  /** Somebody settles it, with its own button or otherwise. */
  settles: (people: People, card: string) => Promise<void>;
  /** What whoever comes too late is told. */
  says: Words;
  /** What all copies say then; nothing of what one person alone has before them, which nobody else can draw anew. */
  shows?: (card: string) => Words;
  /** Which buttons no copy has any more: by their label, or by what they say they do. */
  gone?: readonly (string | RegExp)[];
}

/** Acme with two administrators, and with Eli. Everybody has used it. */
export const gather = async (startSide: () => Promise<Side>, options?: StoryOptions): Promise<People> => {
  const story = await startStory(startSide, options);
  const acme = await foundAcme(story);
  await joins(story, 'dana', 'role:admin');
  await joins(story, 'eli');
  return { ...acme, story };
};

export const types =
  (who: keyof Acme, line: (card: string) => string, sees: Words) =>
  async (people: People, card: string): Promise<void> => {
    await people[who].types(line(card));
    await people[who].sees(sees);
  };

let hired = 0;
/** Somebody new, who accepts by letter and has no account in the chat. @returns their address */
export const hires = async ({ ada, story }: People): Promise<string> => {
  hired += 1;
  const email = `new-${hired}@acme.example`;
  await ada.types(`/org invite send ${email} role:member`);
  await ada.sees(`Invitation sent to ${email}`);
  const letters = () => story.app.letters.to(email);
  await expect.poll(() => letters().length, { timeout: 10_000 }).toBe(1);
  const [, token = ''] = /\/invitations#(\S+)/.exec(letters()[0]?.text ?? '') ?? [];
  const body = new URLSearchParams({ token });
  const { status } = await fetch(`${story.app.origin}/invitations/accept`, { method: 'POST', body });
  expect(status).toBe(200);
  return email;
};

export const admins = ({ ada, dana }: Acme): readonly Seat[] => [ada, dana];

/** Time passes, and the job that tidies up after it comes round now. */
export const due = async (story: Story, passes: SQL): Promise<void> => {
  await story.app.database.db.execute(passes);
  await tick(story, 'expire');
};

export const tick = async ({ app }: Story, job: string): Promise<void> => {
  await app.database.db.execute(sql`insert into pgboss.job (name, data) values (${job}, '{}')`);
};

/** Keeps a button, lets somebody settle what it is about, and presses it then: twice, where the answer does not take its place. */
export const presses = async (people: People, late: Late): Promise<void> => {
  for (const seat of [people.ada, people.dana, people.cleo]) await seat.types('/access whoami');
  const card = await late.begins(people);
  const place = late.place ?? 'direct';
  const who = late.who(people);
  const [first] = who;
  if (!first) throw new Error('nobody has it');
  const shown = (seat: Seat) => people.story.side.shown(seat.name);
  const isCard = ({ place: where, text, buttons }: Shown) =>
    where === place && text.includes(card) && buttons.some(({ label }) => label === late.button);
  const copies: (() => Shown | undefined)[] = [];
  for (const seat of who) {
    await expect.poll(() => shown(seat).some(isCard), { timeout: 10_000 }).toBe(true);
    const key = shown(seat).findLast(isCard)?.key;
    copies.push(() => shown(seat).find((thing) => thing.key === key));
  }
  const pressLate = await first.keeps(late.button, {
    on: card,
    in: place,
    ...(late.of ? { of: late.of } : {}),
  });
  await late.settles(people, card);
  const settled = async () => {
    const words = late.shows?.(card);
    if (words === undefined) return;
    for (const copy of copies) {
      const text = () => copy()?.text ?? '';
      await expect.poll(text, { timeout: 10_000 }).toSatisfy((said) => has(said, words));
      const left = () => copy()?.buttons.filter((one) => late.gone?.some((gone) => is(one, gone)));
      await expect.poll(left, { timeout: 10_000 }).toEqual([]);
    }
  };
  await settled();
  for (const _ of late.shows ? ['once', 'twice'] : ['once']) {
    await pressLate();
    if (late.fills) await first.submits(late.fills);
    await first.sees(late.says);
    await settled();
  }
};

const is = ({ label, says }: Shown['buttons'][number], gone: string | RegExp): boolean =>
  typeof gone === 'string' ? label === gone : gone.test(says);

const has = (text: unknown, words: Words): boolean =>
  [words].flat().every((one) => {
    const said = String(text);
    return typeof one === 'string' ? said.includes(one) : (one as RegExp).test(said);
  });
