import { changesNothing, type Difference } from '../core/grant/replace.ts';
import type { EditableAccess, HeldGrant } from '../core/grant/whole.ts';
import type { Organization } from '../core/organization/organization.ts';
import type { Block, Button, Card } from './card.ts';
import type { Field, Form } from './form.ts';
import { granteeArgs } from './grant.ts';
import { act, button, roleName, text, until } from './parts.ts';
import { card, inUtc } from './plain.ts';

/** Projects, and options of all of them together, that one window holds; more are paged. */
const MOST_FIELDS = 40;
const MOST_OPTIONS = 800;
/** The longest value that an option takes everywhere. */
const OPTION = 75;
/** Roles that have an Add all button; the others are typed. */
const ADDABLE = 8;

const COMMAND = 'org access edit';

interface Words {
  project: string;
  projects: string;
}

export interface FormState {
  chosen: ReadonlyMap<string, string>;
  base: string;
  changes: string;
  role: string | null | undefined;
  error?: string | undefined;
  found: string;
  at: number;
}

export const accessForm = (
  whole: EditableAccess,
  { id, name, model: { words } }: Pick<Organization, 'id' | 'name' | 'model'>,
  state: FormState,
): Form => {
  const size = pageSize(whole);
  const matching = whole.projects.filter((project) =>
    project.name.includes(state.found.trim().toLowerCase()),
  );
  const at = Math.max(0, Math.min(state.at, Math.floor((matching.length - 1) / size) * size));
  const page = matching.slice(at, at + size);
  const paged = whole.projects.length > size;
  return {
    kind: 'form',
    title: 'Edit access',
    submit: 'Review changes',
    error: state.error,
    intro: [
      { bold: whole.email },
      ` in ${name}. Nothing changes before you have seen the difference and pressed Save.`,
      ...(paged
        ? [
            ` This is ${page.length === 0 ? 'none' : `${at + 1} to ${at + page.length}`} of ${matching.length} ${words.projects}.`,
          ]
        : []),
      ...elsewhere(whole, words),
      ...(offeredIn(whole).length > ADDABLE
        ? [' Add all for a role without a button: type ', { code: 'project:all:<role>' }, '.']
        : []),
    ],
    action: act(COMMAND, { ...carried(whole, state), at: String(at) }),
    again: act(COMMAND, { ...carried(whole, state), go: 'edit', org: id }),
    buttons: [...allButtons(whole, words), ...(paged ? pageButtons(at, size, matching.length) : [])],
    fields: [
      ...roleField(whole, state.role),
      ...(paged ? [findField(words, state.found)] : []),
      ...page.map((project) => projectField(whole, project, state.chosen.get(project.name) ?? '')),
    ],
  };
};

const carried = (
  { kind, email, seen }: Pick<EditableAccess, 'kind' | 'email' | 'seen'>,
  state: { base: string; changes: string; role: string | null | undefined; found?: string },
): Record<string, string> => ({
  ...granteeArgs(kind, email),
  seen,
  ...(state.base ? { base: state.base } : {}),
  ...(state.changes ? { changes: state.changes } : {}),
  ...(state.role === undefined ? {} : { role: state.role ?? 'none' }),
  ...(state.found ? { found: state.found } : {}),
});

const elsewhere = (whole: EditableAccess, words: Words): string[] => {
  const reach = new Set(whole.projects.map(({ name }) => name));
  const others = new Set(whole.held.map(({ project }) => project).filter((name) => !reach.has(name)));
  if (others.size === 0) return [];
  return [
    ` What they have in ${others.size} other ${others.size === 1 ? words.project : words.projects} stays: you may not change it.`,
  ];
};

const go = (label: string, step: string, more: Record<string, string> = {}, says?: string): Button =>
  button(label, act(COMMAND, { go: step, ...more }), says ? { says: says.slice(0, 75) } : {});

const offeredIn = (whole: EditableAccess): string[] => [
  ...new Set(whole.projects.flatMap(({ offers }) => offers)),
];

const allButtons = (whole: EditableAccess, words: Words): Button[] => {
  if (whole.projects.length === 0) return [];
  const offered = offeredIn(whole);
  const add = offered
    .slice(0, ADDABLE)
    .map((role) =>
      go(
        offered.length === 1 ? 'Add all' : `Add all: ${role}`,
        `add:${role}`,
        {},
        `Add all: ${role} in every ${words.project} where they have nothing`,
      ),
    );
  return [...add, go('Remove all', 'remove', {}, `Remove all: no access in any ${words.project}`)];
};

const pageSize = ({ projects }: EditableAccess): number => {
  const widest = Math.max(0, ...projects.map(({ offers }) => offers.length));
  return Math.max(1, Math.min(MOST_FIELDS, Math.floor(MOST_OPTIONS / (widest + 3))));
};

const pageButtons = (at: number, size: number, total: number): Button[] => [
  go('Find', 'page', { at: '0' }),
  ...(at > 0 ? [go('Previous page', 'page', { at: String(at - size) })] : []),
  ...(at + size < total ? [go('Next page', 'page', { at: String(at + size) })] : []),
];

const roleField = ({ roles, role }: EditableAccess, wanted: string | null | undefined): Field[] => {
  if (!roles) return [];
  const chosen = wanted === undefined ? role.name : wanted;
  const names = [...new Set([...roles, ...(role.name ? [role.name] : [])])];
  return [
    {
      name: 'role',
      label: 'Organization role',
      ...(role.until ? { hint: `${roleName(role.name)} until ${inUtc(role.until)}` } : {}),
      required: true,
      input: {
        kind: 'choice',
        options: [...names.map((name) => ({ value: name, label: name })), { value: 'none', label: 'none' }],
      },
      value: chosen ?? 'none',
    },
  ];
};

const findField = (words: Words, found: string): Field => ({
  name: 'find',
  label: `Find ${words.projects}`,
  hint: 'A part of the name, then Find. What you have chosen elsewhere is kept',
  required: false,
  input: { kind: 'text', max: 63 },
  value: found,
});

/** Stands for what is chosen there already: names of several roles are longer than an option's value may be. */
const AS_CHOSEN = '=';

const projectField = (
  whole: EditableAccess,
  { name, offers }: EditableAccess['projects'][number],
  chosen: string,
): Field => {
  const held = whole.held.filter(({ project }) => project === name);
  const now = held
    .map(({ role }) => role)
    .sort()
    .join('+');
  const field = { name: 'set', item: name, label: name, required: false, ...timesHint(held) };
  const [only, another] = offers;
  const simple = [now, chosen].every((roles) => roles === '' || roles === only);
  if (only !== undefined && another === undefined && simple) {
    return { ...field, input: { kind: 'check', value: only, label: only }, value: chosen };
  }
  const special = chosen !== '' && !offers.includes(chosen);
  const back = now !== '' && now !== chosen && !offers.includes(now) && now.length <= OPTION;
  const named = (roles: string): string => roles.split('+').join(' and ');
  return {
    ...field,
    input: {
      kind: 'choice',
      options: [
        { value: 'none', label: 'no access' },
        ...(special ? [{ value: AS_CHOSEN, label: named(chosen) }] : []),
        ...(back ? [{ value: now, label: named(now) }] : []),
        ...offers.map((role) => ({ value: role, label: role })),
      ],
    },
    value: chosen === '' ? 'none' : special ? AS_CHOSEN : chosen,
  };
};

const timesHint = (held: readonly HeldGrant[]): { hint?: string } => {
  const times = held.flatMap(({ role, from, until: end }) => [
    ...(from ? [`${role} from ${inUtc(from)}`] : []),
    ...(end ? [`${role} until ${inUtc(end)}`] : []),
  ]);
  return times.length > 0 ? { hint: times.join(', ') } : {};
};

/** What a save does, and a way back to the form with all that was chosen. */
export const differenceLines = (
  plan: Difference,
  words: Words,
  state: { base: string; changes: string; role: string | null | undefined },
): Block[] => [
  ...lines(plan, words),
  {
    kind: 'buttons',
    buttons: [go('Back to the form', 'edit', carried(plan, state), `Back to the access of ${plan.email}`)],
  },
];

const lines = ({ role, added, ended }: Difference, words: Words): Block[] => [
  ...(role.before === role.after
    ? []
    : [
        {
          kind: 'fields',
          fields: [['Organization role', `${roleName(role.before)}, then ${roleName(role.after)}`]],
        } as const,
      ]),
  ...pairs(
    'Added:',
    added.map(({ project, role: name }) => ({ project, role: name, until: null })),
    words,
  ),
  ...pairs('Taken away:', ended, words),
  { kind: 'text', text: 'Everything else stays as it is.' },
];

const pairs = (
  heading: string,
  grants: readonly { project: string; role: string; until: Date | null }[],
  words: Words,
): Block[] =>
  grants.length === 0
    ? []
    : [
        { kind: 'text', text: heading },
        {
          kind: 'list',
          items: grants.map(({ project, role, until: end }) =>
            text({ bold: role }, ` in ${words.project} ${project}`, until(end)),
          ),
        },
      ];

export const savedCard = (saved: Difference, words: Words): Card =>
  changesNothing(saved)
    ? card({
        title: 'Nothing changed',
        blocks: [{ kind: 'text', text: `${saved.email} has exactly this access already.` }],
      })
    : card({
        title: `Access of ${saved.email} saved`,
        tone: 'good',
        blocks: [
          ...lines(saved, words),
          {
            kind: 'buttons',
            buttons: [button('Show access', act('org access show', granteeArgs(saved.kind, saved.email)))],
          },
        ],
      });
