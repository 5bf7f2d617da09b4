import type { Context } from '../core/context.ts';
import type { Person } from '../core/member/find.ts';
import type { ActingWorkspace } from '../core/organization/connect.ts';
import type { Organization } from '../core/organization/organization.ts';
import type { Caller } from '../core/user/identify.ts';
import type { Action, Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import type { Argument, TypedPerson } from './argument.ts';
import type { Profile } from './interaction.ts';

export interface Health {
  name: string;
  ok: boolean;
  detail: string;
}

export type Root = 'access' | 'org';

/** What a running command knows, beyond the core's context. */
export interface CommandContext extends Context {
  caller: Caller;
  workspace: ActingWorkspace;
  channel: string | undefined;
  /** The arguments came through a form. */
  submitted: boolean;
  profile: (externalId: string) => Promise<Profile>;
  /** Turns a typed person into what the core looks for; a mention may be matched by a trusted profile address. */
  personOf: (typed: TypedPerson) => Promise<Person>;
  health: () => Promise<readonly Health[]>;
}

export type InOrganization = CommandContext & { organization: Organization };

export type Arguments = Readonly<Record<string, Argument>>;

export type Values<A extends Arguments> = { [K in keyof A]: A[K] extends Argument<infer T> ? T : never };

/** What a command asks before it does something that people regret: shown with one button that does it. */
export interface Preview {
  title: string;
  lines: Card['blocks'];
  yes: string;
  danger: boolean;
  /** What the button carries besides what was typed: which state of things the person has seen. */
  carries?: Readonly<Record<string, string>>;
  /** Making it has checked all that the command checks, and doing the work twice would be much of it. */
  planned?: true;
}

/**
 * Whether it answers what the card with its button asks, with these arguments as they were typed: the buttons are taken
 * away before it runs. What only opens something, or asks first, leaves them.
 */
type Settles = (args: Action['args']) => boolean;

export const always: Settles = () => true;

interface FormWords {
  title: string;
  details: string;
  submit: string;
}

interface Declaration<A extends Arguments, C extends CommandContext> {
  /** The words after the root, as typed; several can share one row of a table: `member deactivate`. */
  name: string;
  root: Root;
  /** At most 30 characters: Discord counts them all (ux.md, 1.7). */
  summary: string;
  /** A whole sentence, for help. */
  details: string;
  /** What works when pasted. */
  example: string;
  args: A;
  /** Who may, in words for help. */
  may: string;
  /** The permission that lets one use it; help shows the command first to those who hold it. */
  permission?: string;
  /** It changes the organization: `approvals-changes` may ask a second person for it. */
  changes?: true;
  /** It takes or answers with a secret, which no request may keep. */
  secret?: true;
  /** Commands that this comes down to: what nobody does alone by their names, nobody does alone through this one. */
  amountsTo?: (ctx: C, args: Values<A>) => Promise<readonly string[]>;
  /** What would be refused whatever a form said: asked as soon as it is known who has opened one. */
  ready?: (ctx: C) => Promise<unknown>;
  settles?: Settles;
  /** What its form says, where a button opens it for something of its own. */
  formWords?: (args: Action['args']) => FormWords | undefined;
  preview?: (ctx: C, args: Values<A>) => Promise<Preview | undefined>;
  /** What a request for it is called, where nothing is previewed. */
  calls?: (ctx: C, args: Values<A>) => Promise<string | undefined>;
  run: (ctx: C, args: Values<A>) => Promise<Card | Form>;
}

/** Whom a command can answer: anybody, a linked person, or a linked person in one organization. */
export type Needs = 'nothing' | 'user' | 'organization';

export interface Command {
  name: string;
  root: Root;
  summary: string;
  details: string;
  example: string;
  args: Arguments;
  may: string;
  permission?: string;
  changes?: true;
  secret?: true;
  settles?: Settles;
  formWords?: (args: Action['args']) => FormWords | undefined;
  needs: Needs;
  amountsTo?: (ctx: never, args: never) => Promise<readonly string[]>;
  ready?: (ctx: never) => Promise<unknown>;
  preview?: (ctx: never, args: never) => Promise<Preview | undefined>;
  calls?: (ctx: never, args: never) => Promise<string | undefined>;
  run: (ctx: never, args: never) => Promise<Card | Form>;
}

/** A command that answers anybody, linked or not. */
export const forAnybody = <A extends Arguments>(command: Declaration<A, CommandContext>): Command => ({
  ...command,
  needs: 'nothing',
});

/** A command that needs to know who asks. */
export const forLinked = <A extends Arguments>(command: Declaration<A, CommandContext>): Command => ({
  ...command,
  needs: 'user',
});

/** A command in one organization. */
export const inOrganization = <A extends Arguments>(command: Declaration<A, InOrganization>): Command => ({
  ...command,
  needs: 'organization',
});
