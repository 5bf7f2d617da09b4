import { expect, vi } from 'vitest';
import type { RunningApp } from './app.ts';
import { CannotSend, type Shown, type Side } from './side.ts';

export type Words = string | RegExp | readonly (string | RegExp)[];

/** Somebody of the story. Everything they do and see goes over the wire, as in life. */
export interface Seat {
  name: string;
  email: string;
  mention: string;
  types(text: string, channel?: string): Promise<void>;
  /** The same where the chat itself may not let it through: whether it did. */
  tries(text: string): Promise<boolean>;
  /** Speaks to the app inside a thread. */
  mentions(text: string, channel?: string): Promise<void>;
  opensHome(): Promise<void>;
  /** Waits until something that is new to them since they last did something has all these words in it. */
  sees(words: Words, place?: string, within?: number): Promise<Shown>;
  /** Nothing that is new to them has these words in it, now. */
  doesNotSee(words: string | RegExp): void;
  /**
   * Presses the newest button with this label, in something that says `on`; of several, the one that stands for `of`.
   * A confirmation is confirmed.
   */
  clicks(label: string, on?: { on?: string; in?: string; of?: string }): Promise<void>;
  /** A button as it stands now; what comes back presses it, though it may be gone by then. */
  keeps(label: string, on?: { on?: string; in?: string; of?: string }): Promise<() => Promise<void>>;
  chooses(option: string): Promise<void>;
  /** Types or chooses in the window in front; sent with its button, or with another one in it. */
  fills(values: Readonly<Record<string, string>>): void;
  submits(values?: Readonly<Record<string, string>>): Promise<void>;
  offers(label: string, typed: string): Promise<string[]>;
  /** The newest letter to their address whose subject has these words. */
  reads(subject: string | RegExp): Promise<string>;
  /** Follows the link of the newest invitation to an organization, as a browser does. */
  opensLink(organization?: string): Promise<{ status: number; page: string }>;
  accepts(): Promise<{ status: number; page: string }>;
}

const WAIT = 10_000;

/** Somebody in front of an app that may run anywhere. */
export function takeSeat(side: Side, app: Pick<RunningApp, 'origin' | 'letters'>, name: string): Seat {
  let known = new Map<string, string>();
  let filled: Record<string, string> = {};
  let token = '';
  const email = side.email(name);
  const look = (thing: Shown): string => JSON.stringify(thing);
  const news = (): Shown[] => side.shown(name).filter((thing) => known.get(thing.key) !== look(thing));
  const begin = () => {
    known = new Map(side.shown(name).map((thing) => [thing.key, look(thing)]));
    filled = {};
  };

  const until = <T>(find: () => T | undefined, missing: () => string, within = WAIT): Promise<T> =>
    new Promise((resolve, reject) => {
      const error = new Error();
      const check = () => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        stop();
        resolve(found);
      };
      const stop = side.onChange(check);
      const timer = setTimeout(() => {
        stop();
        error.message = missing();
        reject(error);
      }, within);
      check();
    });

  const has = (thing: Shown, words: string | RegExp): boolean =>
    typeof words === 'string' ? thing.text.includes(words) : words.test(thing.text);
  const everything = (things: readonly Shown[]): string =>
    things.map((thing) => `[${thing.place}] ${thing.text}`).join('\n---\n') || 'nothing new';
  /** The button, as only it is called. */
  const buttonIn = (thing: Shown, label: string, of?: string): string | undefined => {
    const called = thing.buttons.filter((button) => [button.label, button.says].includes(label));
    if (of === undefined) return called.length > 0 ? label : undefined;
    const [only, another] = called;
    const alone = only && !another && thing.text.includes(of);
    return alone ? label : called.find((button) => button.says.includes(of))?.says;
  };
  const press = (label: string, on: { on?: string; in?: string; of?: string } = {}) =>
    until(
      () =>
        side
          .shown(name)
          .filter((thing) => on.on === undefined || thing.text.includes(on.on))
          .filter((thing) => on.in === undefined || thing.place === on.in)
          .findLast((thing) => buttonIn(thing, label, on.of) !== undefined),
      () => `${name} finds no button "${label}" in:\n${everything(side.shown(name).slice(-4))}`,
    );
  /** The form in front, once it asks for all of this: what an organization calls things comes a moment later. */
  const front = (labels: readonly string[]) =>
    until(
      () =>
        side
          .shown(name)
          .findLast(
            ({ place, fields }) =>
              place === 'form' &&
              fields.length > 0 &&
              labels.every((wanted) => fields.some(({ label }) => label === wanted)),
          ),
      () => `${name} has no form open that asks for ${labels.join(', ')}, but:\n${everything(news())}`,
    );
  const fetchPage = async (path: string) => {
    const answer = await fetch(`${app.origin}${path}`, {
      method: 'POST',
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }),
    });
    return { status: answer.status, page: await answer.text() };
  };
  const newestLetter = (subject: string | RegExp) =>
    vi.waitFor(
      () => {
        const letters = app.letters.to(email);
        const found = letters.findLast((letter) =>
          typeof subject === 'string'
            ? letter.subject?.includes(subject)
            : subject.test(letter.subject ?? ''),
        );
        if (!found) throw new Error(`no such letter to ${email}: ${letters.map((one) => one.subject)}`);
        return found.text ?? '';
      },
      { timeout: WAIT, interval: 20 },
    );

  const types = async (text: string, channel = 'general') => {
    await side.closeWindows(name);
    begin();
    await side.type(name, channel, text);
  };

  return {
    name,
    email,
    mention: side.mention(name),
    types,
    tries: async (text) => {
      try {
        await types(text);
        return true;
      } catch (error) {
        if (error instanceof CannotSend) return false;
        throw error;
      }
    },
    mentions: async (text, channel = 'general') => {
      await side.closeWindows(name);
      begin();
      await side.mentionApp(name, channel, text);
    },
    opensHome: async () => {
      begin();
      known.delete(side.shown(name).find(({ place }) => place === 'home')?.key ?? '');
      await side.openHome(name);
    },
    sees: (words, place, within) => {
      const wanted = Array.isArray(words) ? words : [words];
      return until(
        () =>
          news()
            .filter((thing) => place === undefined || thing.place === place)
            .findLast((thing) => wanted.every((one) => has(thing, one))),
        () =>
          `${name} does not see ${wanted.join(' and ')}${place ? ` in ${place}` : ''}, but:\n${everything(news())}`,
        within,
      );
    },
    doesNotSee: (words) => {
      const wrong = news().find((thing) => has(thing, words));
      if (wrong) throw new Error(`${name} sees ${words}:\n${everything([wrong])}`);
    },
    clicks: async (label, on) => {
      const thing = await press(label, on);
      if (thing.place !== 'form') await side.closeWindows(name);
      const around = thing.place === 'form' ? filled : {};
      begin();
      await side.press(name, thing.key, buttonIn(thing, label, on?.of) ?? label, around);
    },
    keeps: async (label, on) => {
      const thing = await press(label, on);
      const late = side.late(name, thing.key, buttonIn(thing, label, on?.of) ?? label);
      return async () => {
        await side.closeWindows(name);
        begin();
        await late();
      };
    },
    chooses: async (option) => {
      const thing = await until(
        () => side.shown(name).findLast(({ options }) => options.includes(option)),
        () => `${name} is offered no "${option}" in:\n${everything(news())}`,
      );
      begin();
      await side.choose(name, thing.key, option);
    },
    fills: (values) => {
      filled = { ...filled, ...values };
    },
    submits: async (values = {}) => {
      const all = { ...filled, ...values };
      const { key } = await front(Object.keys(all));
      begin();
      await side.submit(name, key, all);
    },
    offers: async (label, typed) => side.offers(name, (await front([label])).key, label, typed),
    reads: newestLetter,
    opensLink: async (organization = 'Acme') => {
      const letter = await newestLetter(new RegExp(`(invites you|Sign in) to ${organization}`));
      const link = /\S+\/invitations#\S+/.exec(letter)?.[0] ?? '';
      expect(link).toContain(app.origin);
      token = link.slice(link.indexOf('#') + 1);
      const page = await fetch(link);
      expect(page.status).toBe(200);
      return fetchPage('/invitations/show');
    },
    accepts: () => fetchPage('/invitations/accept'),
  };
}
