import type { Acme } from './acme.ts';
import type { Seat } from './story.ts';

/** Who is there when every command is tried: Acme's people, somebody outside it and a guest of the workspace. */
export type Cast = Acme & { gil: Seat };
export type Told = (people: Cast) => Promise<unknown>;

/** What each command does for somebody who may, and how it is refused to somebody who may not or gets it wrong. */
export type Stories = Readonly<Record<string, { does: Told; refuses: Told }>>;

export const says = (who: keyof Cast, line: string, words: Parameters<Seat['sees']>[0]): Told => {
  return async (people) => {
    await people[who].types(line);
    return people[who].sees(words);
  };
};

/** A command that shows first what will happen, and does it at the press of a button. */
export const pressing = (
  who: keyof Cast,
  line: string,
  warning: string,
  yes: string,
  words: string,
): Told => {
  return async (people) => {
    await people[who].types(line);
    await people[who].sees([warning, 'Nothing has changed yet']);
    await people[who].clicks(yes);
    return people[who].sees(words);
  };
};
