import { z } from 'zod';
import type { Context } from '../core/context.ts';
import { parseDuration, parseWhen, type When } from '../core/duration.ts';
import { foldEmail } from '../core/email.ts';
import { DomainError } from '../core/errors.ts';
import { closest, nearestFew } from '../core/nearest.ts';
import type { Organization } from '../core/organization/organization.ts';
import type { Choice, Input } from '../views/form.ts';

/** A person as typed: an address, or a mention of a chat account in the workspace it was typed in. */
export type TypedPerson = { email: string } | { mention: string };

/** One argument of a command: what it is called, how a form asks for it, and how its text becomes a value. */
export interface Argument<T = unknown> {
  label: string;
  /** At most 15 characters: Discord counts them all (ux.md, 1.7). */
  short: string;
  hint?: string;
  required: boolean;
  /** Not needed where one of these arguments is given instead. */
  unless?: readonly string[];
  /** Carried by buttons alone; nobody types it and no form asks for it. */
  hidden?: boolean;
  /** Takes a secret as such: it is not taken out of what is given. */
  secret?: boolean;
  /** A bare key means `yes`. */
  flag?: boolean;
  /** Takes the bare words that follow it as well. */
  prose?: boolean;
  /** Comma-separated. */
  list?: boolean;
  /** Where only some organizations have it: whether this one does. A form shows the field once that is known. */
  offered?: (ctx: Context, organization: Organization) => Promise<boolean>;
  /** Optional in general, and wanted by this organization's settings. */
  wanted?: (ctx: Context, organization: Organization) => Promise<boolean>;
  input: Input;
  schema: z.ZodType<T, string>;
}

type Details = Partial<Pick<Argument, 'label' | 'hint'>>;

/** A reader that throws `DomainError` as a zod schema; its sentence becomes the issue's. */
export const reading = <T>(read: (text: string) => T): z.ZodType<T, string> =>
  z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      context.addIssue({ code: 'custom', message: error.whole });
      return z.NEVER;
    }
  });

export const refuse = (message: string, todo: string): never => {
  throw new DomainError('invalid', message, { todo });
};

export const cut = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const LONGEST_NAME = 200;

const oneLine = (what: string): z.ZodType<string, string> =>
  reading((text) => {
    const line = text.replace(/\s+/g, ' ').trim();
    if (line === '') refuse(`${what} is empty.`, 'Write something.');
    if (line.length > LONGEST_NAME) refuse(`${what} is too long.`, `Use at most ${LONGEST_NAME} characters.`);
    return line;
  });

/** The same argument, not asked for. */
export const optional = <T>(argument: Argument<T>): Argument<T | undefined> => ({
  ...argument,
  required: false,
  schema: argument.schema as z.ZodType<T | undefined, string>,
});

/** The same argument, several at once. */
export const list = <T>(argument: Argument<T>): Argument<T[]> => ({
  ...argument,
  list: true,
  input:
    argument.input.kind === 'search'
      ? { ...argument.input, multiple: true }
      : { kind: 'text', multiline: true, placeholder: 'One per line, or separated by commas' },
  schema: reading((text) => {
    const items = text
      .split(/[,\n;]+/)
      .map((item) => item.trim())
      .filter((item) => item !== '');
    if (items.length === 0) refuse(`${argument.label} is empty.`, 'Name at least one.');
    return items.map((item) => {
      const read = argument.schema.safeParse(item);
      if (read.success) return read.data;
      return refuse(read.error.issues[0]?.message ?? `${cut(item)} is not understood.`, '');
    });
  }),
});

export const name = (label: string, details: Details & { placeholder?: string } = {}): Argument<string> => ({
  label,
  short: label,
  hint: details.hint,
  required: true,
  input: { kind: 'text', placeholder: details.placeholder, max: LONGEST_NAME },
  schema: oneLine(label),
});

export const prose = (label: string, details: Details = {}): Argument<string> => ({
  label,
  short: label,
  hint: details.hint,
  required: true,
  prose: true,
  input: { kind: 'text', multiline: true, max: 2000 },
  schema: z.string(),
});

/** An address kept as typed: lists of them report bad ones line by line instead of refusing all. */
export const address = (): Argument<string> => ({
  label: 'E-mail address',
  short: 'E-mail address',
  required: true,
  input: { kind: 'text', placeholder: 'dana@example.com', max: 254 },
  schema: oneLine('The address'),
});

export const email = (): Argument<string> => ({ ...address(), schema: reading(foldEmail) });

export const person = (label = 'Person'): Argument<TypedPerson> => ({
  label,
  short: 'Mention, e-mail',
  hint: 'A member, by name or e-mail address',
  required: true,
  input: { kind: 'search', source: 'person', placeholder: 'Start typing a name or address' },
  schema: reading((text) => {
    const mention = /^<@([A-Za-z0-9]+)(\|[^>]*)?>$/.exec(text.trim())?.[1];
    return mention ? { mention } : { email: foldEmail(text) };
  }),
});

/** A role's name; `none` is `null`. */
export const role = (scope: 'organization' | 'project' | 'any' = 'any'): Argument<string | null> => ({
  label: 'Role',
  short: 'Role name',
  required: true,
  input: {
    kind: 'search',
    source: scope === 'any' ? 'role' : scope === 'organization' ? 'organization-role' : 'project-role',
    placeholder: 'Choose a role',
  },
  schema: reading((text) => (text.trim().toLowerCase() === 'none' ? null : text.trim())),
});

export const project = (): Argument<string> => ({
  label: 'Project',
  short: 'Project name',
  required: true,
  input: { kind: 'search', source: 'project', placeholder: 'Start typing its name' },
  schema: oneLine('The name'),
});

/** `project:role`. */
export const projectAndRole = (): Argument<{ project: string; role: string }> => ({
  label: 'Project access',
  short: 'project:role',
  hint: 'Each as project:role',
  required: true,
  input: { kind: 'search', source: 'project-and-role', placeholder: 'Choose project and role' },
  schema: reading((text) => {
    const at = text.indexOf(':');
    const found = { project: text.slice(0, at).trim(), role: text.slice(at + 1).trim() };
    if (at < 1 || found.role === '') {
      return refuse(`\`${cut(text)}\` names no role.`, 'Write project:role, such as alpha:developer.');
    }
    return found;
  }),
});

export const request = (): Argument<string> => ({
  label: 'Request',
  short: 'REQ-7',
  required: true,
  input: { kind: 'search', source: 'request', placeholder: 'REQ-7' },
  schema: oneLine('The request'),
});

export const finding = (): Argument<string> => ({
  label: 'Finding',
  short: 'DRF-3',
  required: true,
  input: { kind: 'search', source: 'finding', placeholder: 'DRF-3' },
  schema: oneLine('The finding'),
});

export const invited = (): Argument<string> => ({
  ...email(),
  label: 'Invitation',
  input: { kind: 'search', source: 'invitation', placeholder: 'Whose invitation' },
});

export const organization = (): Argument<string> => ({
  label: 'Organization',
  short: 'Its short name',
  required: true,
  input: { kind: 'search', source: 'organization', placeholder: 'Its short name' },
  schema: oneLine('The name'),
});

export const duration = (label = 'For how long'): Argument<When> => ({
  label,
  short: '8h, 7d or date',
  hint: 'A duration such as 8h, 7d or 4w, or a date such as 2027-01-31T18:00Z',
  required: true,
  input: { kind: 'text', placeholder: label === 'From' ? '2027-01-31T09:00Z' : '8h', max: 40 },
  schema: reading((text) => parseWhen(text, 'for')),
});

/** A span alone, in seconds. */
export const span = (label: string): Argument<number> =>
  ({
    ...duration(label),
    hint: 'Such as 30m, 8h, 7d or 4w',
    schema: reading((text) => parseDuration(text)),
  }) as Argument<number>;

export const choice = <const V extends string>(
  label: string,
  options: readonly V[],
  describe: (value: V) => string = (value) => value,
): Argument<V> => ({
  label,
  short: label.slice(0, 15),
  required: true,
  input: { kind: 'choice', options: options.map((value): Choice => ({ value, label: describe(value) })) },
  schema: reading((text) => {
    const typed = text.trim().toLowerCase();
    const { todo } = closest(nearestFew(typed, options), `Choose ${options.join(', ')}.`);
    return (
      options.find((option) => option.toLowerCase() === typed) ??
      refuse(`\`${cut(text)}\` is not one of the choices.`, todo)
    );
  }),
});

export const flag = (label: string): Argument<boolean> => ({
  label,
  short: 'yes or no',
  required: true,
  flag: true,
  input: {
    kind: 'choice',
    options: [
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No' },
    ],
  },
  schema: reading((text) => {
    const typed = text.trim().toLowerCase();
    if (typed === 'yes' || typed === 'no') return typed === 'yes';
    return refuse(`\`${cut(text)}\` is neither yes nor no.`, 'Write yes or no.');
  }),
});

export const serviceAccount = (): Argument<string> => ({
  ...name('Service account', { placeholder: 'ci-runner' }),
  input: { kind: 'search', source: 'service-account', placeholder: 'Start typing its name' },
});

export const organizationToken = (): Argument<string> => ({
  ...name('Token'),
  input: { kind: 'search', source: 'token', placeholder: 'Start typing its name' },
});

/** What somebody can be named by who is given access: exactly one of these. */
export const grantee = () => ({
  user: { ...person(), unless: ['service-account', 'token'] } as Argument<TypedPerson | undefined>,
  'service-account': optional(serviceAccount()),
  token: optional(organizationToken()),
});

/** Carried by buttons: a page's start, a card's content hash. */
export const carried = (): Argument<string | undefined> => ({
  label: '',
  short: '',
  required: false,
  hidden: true,
  input: { kind: 'text' },
  schema: z.string(),
});
