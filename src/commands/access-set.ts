import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { DomainError } from '../core/errors.ts';
import type { EditableAccess } from '../core/grant/whole.ts';
import type { Argument } from './argument.ts';

/** `project:role`; several roles are joined by `+`, `none` is none, and `=` is what is chosen there already. */
interface Item {
  project: string;
  role: string;
}

/** The roles chosen in each project, by name, joined by `+`; empty for none. */
export type Chosen = ReadonlyMap<string, string>;

const EVERY = 'all';
const NONE = 'none';
const AS_CHOSEN = '=';

/** What a button carries at most of what has been chosen; the rest of its 2,000 characters is for everything else. */
const LONGEST = 1400;

const joined = (roles: string): string =>
  [...new Set(roles.split('+').map((one) => one.trim()))].sort().join('+');

/** A set of access as it is typed: `alpha:developer,beta:read-only`, `all:developer`, or `none`. */
export const accessSet = (): Argument<Item[]> => ({
  label: 'All project access',
  short: 'P:R, P:R',
  hint: 'All they are to have, each as project:role; all:role, or none. What is not named ends',
  required: false,
  list: true,
  input: { kind: 'search', source: 'project-and-role', multiple: true },
  schema: z.string().transform(read),
});

const read = (text: string, context: z.core.$RefinementCtx<string>): Item[] => {
  const items: Item[] = [];
  for (const typed of text.split(/[,\n;]+/).map((item) => item.trim().toLowerCase())) {
    if (typed === '' || typed === NONE) continue;
    const [project = '', role = '', ...rest] = typed.split(':').map((word) => word.trim());
    if (project === '' || role === '' || rest.length > 0) {
      context.addIssue({
        code: 'custom',
        message: `\`${typed.slice(0, 40)}\` names no project and role. Write project:role, such as alpha:developer.`,
      });
      return z.NEVER;
    }
    items.push({ project, role: joined(role) });
  }
  return items;
};

/** Marks what is packed: no name begins with it. */
const PACKED = '~';
const UNPACKED = 200;
const LARGEST = 100_000;

const pack = (text: string): string =>
  text.length <= UNPACKED ? text : `${PACKED}${deflateRawSync(text).toString('base64url')}`;

/** The same list as buttons and windows carry it, where every character counts. */
export const packedSet = (): Argument<Item[]> => ({
  ...accessSet(),
  hidden: true,
  schema: z.string().transform((text, context) => {
    if (!text.startsWith(PACKED)) return read(text, context);
    try {
      const packed = Buffer.from(text.slice(PACKED.length), 'base64url');
      return read(inflateRawSync(packed, { maxOutputLength: LARGEST }).toString(), context);
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'This button can no longer be read. Open the form again.',
      });
      return z.NEVER;
    }
  }),
});

const heldIn = (whole: EditableAccess): Map<string, string> => {
  const held = new Map<string, string>(whole.projects.map(({ name }) => [name, '']));
  for (const { project, role } of whole.held) {
    const before = held.get(project);
    if (before !== undefined) held.set(project, joined(before === '' ? role : `${before}+${role}`));
  }
  return held;
};

/** Add all gives a role wherever there is none; Remove all takes every one away. */
export const everywhere = (chosen: Chosen, base: string): Map<string, string> =>
  new Map([...chosen].map(([project, roles]) => [project, base === NONE ? '' : roles || base]));

const startOf = (whole: EditableAccess, base: string | undefined): Map<string, string> => {
  const held = heldIn(whole);
  return base ? everywhere(held, base) : held;
};

const choose = (whole: EditableAccess, chosen: Chosen, items: readonly Item[]): Map<string, string> => {
  const result = new Map(chosen);
  const set = (project: string, role: string): void => {
    if (role !== AS_CHOSEN) result.set(project, role === NONE ? '' : role);
  };
  for (const { project, role } of items) {
    if (project === EVERY) for (const { name } of whole.projects) set(name, role);
  }
  for (const { project, role } of items) if (project !== EVERY) set(project, role);
  return result;
};

export interface SetArguments {
  /** The whole set as typed. */
  project?: readonly Item[] | undefined;
  /** What the buttons of a form have done to all projects so far. */
  base?: string | undefined;
  /** How what was chosen differs from that. */
  changes?: readonly Item[] | undefined;
  /** What the fields of the page that was open say. */
  set?: readonly Item[] | undefined;
}

/** The set that somebody has typed or chosen so far. */
export const chosenSet = (whole: EditableAccess, args: SetArguments): Chosen =>
  args.project
    ? choose(whole, everywhere(heldIn(whole), NONE), args.project)
    : choose(whole, choose(whole, startOf(whole, args.base), args.changes ?? []), args.set ?? []);

/**
 * A set as short as a button or a window carries it: the difference from what they have, or from all or nothing.
 * @throws DomainError `limit`; nothing is ever left out silently
 */
export const carriedSet = (
  whole: EditableAccess,
  chosen: Chosen,
  bases: readonly (string | undefined)[],
): { base: string; changes: string } => {
  const [shortest] = [undefined, NONE, ...bases]
    .map((base) => {
      const start = startOf(whole, base);
      const changes = [...chosen]
        .filter(([project, roles]) => (start.get(project) ?? '') !== roles)
        .map(([project, roles]) => `${project}:${roles || NONE}`)
        .join(',');
      return { base: base ?? '', changes: pack(changes) };
    })
    .sort((one, other) => one.changes.length - other.changes.length);
  if (shortest && shortest.changes.length <= LONGEST) return shortest;
  throw new DomainError('limit', 'Nothing was saved: these are more changes than one Save can carry.', {
    todo: 'Save a part of them first. Add all and Remove all count as one.',
  });
};

/** Every grant that they are to have, with those outside the actor's reach as they are. */
export const wantedGrants = (whole: EditableAccess, chosen: Chosen): { project: string; role: string }[] => [
  ...[...chosen].flatMap(([project, roles]) =>
    roles === '' ? [] : roles.split('+').map((role) => ({ project, role })),
  ),
  ...whole.held.filter(({ project }) => !chosen.has(project)).map(({ project, role }) => ({ project, role })),
];

/** The roles that stand for all projects in a typed set. */
export const typedBases = (items: readonly Item[] = []): string[] =>
  items.filter(({ project, role }) => project === EVERY && role !== NONE).map(({ role }) => role);
