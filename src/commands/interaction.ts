import type { AccountRef } from '../core/context.ts';
import type { Action, Card } from '../views/card.ts';
import type { Choice, Form, Source } from '../views/form.ts';

/** What the platform itself knows of a person, asked live. `email` only where the platform has confirmed it. */
export interface Profile {
  name: string;
  email?: string;
  /** Why this person may not use Rollcall from here, if so. */
  refused?: 'guest' | 'bot' | 'gone' | 'foreign';
}

/** One thing that a person did in chat, already verified and acknowledged by the platform's adapter. */
export interface Interaction {
  /** Equal for every delivery of the same act, different for every other act. */
  key: string;
  account: AccountRef;
  /** The app asks for itself, to draw something again: nobody has done anything. */
  byItself?: true;
  /** Display only, never identity. */
  name: string;
  /** Where the act took place, where that is not the workspace of the account's identity. */
  actsIn?: string;
  workspaceName: string;
  /** False where the platform knows that this person does not manage the workspace; left out where it cannot tell. */
  managesWorkspace?: boolean;
  channel?: string;
  /** What was pressed stands in their home, which is drawn anew afterwards. */
  inHome?: true;
  /** The posted message whose button was pressed or opened the form, as the platform names it: the one to draw anew. */
  pressed?: { channel: string; id: string };
  profile: (externalId: string) => Promise<Profile>;
  input:
    | { kind: 'typed'; root: 'access' | 'org'; text: string }
    /** A command whose arguments came one by one, each under its name: the platform has done the parsing. */
    | { kind: 'options'; action: Action }
    /** A button, or with `submitted` a form whose fields have been added to the action's arguments. */
    | { kind: 'action'; action: Action; submitted?: boolean };
  reply: Reply;
}

/** Where the answer to one interaction goes: to its caller alone. */
export interface Reply {
  /** False where no form can open (a mention in a thread): the answer is then a card with a button that opens it. */
  opensForms: boolean;
  /** Shows the answer; called again, it replaces the answer before. */
  answer(answer: Card | Form): Promise<void>;
  /** Takes away the buttons of what was pressed, before what they do is done. What fails is logged, and never thrown. */
  hold?(): Promise<void>;
  /** Gives them back as they were, where nobody can draw them anew. */
  putBack?(): Promise<void>;
}

/** What a field of a form, or an option, is being asked for while somebody types. */
export interface Lookup {
  account: AccountRef;
  /** As in `Interaction`. */
  actsIn?: string;
  profile: (externalId: string) => Promise<Profile>;
  source: Source;
  action: Action;
  typed: string;
}

/** The commands, as an adapter sees them. None of these throws. */
export interface Commands {
  receive(interaction: Interaction): Promise<void>;
  /** Whether a form opens for this before anything is asked of the database: something is missing. */
  wantsForm(action: Action): boolean;
  /** Whether this does something, rather than showing, asking or opening something first. */
  decides(action: Action): boolean;
  /** Checks a submitted form without the database; the errors by field, or none. */
  check(action: Action): Record<string, string> | undefined;
  suggest(lookup: Lookup): Promise<readonly Choice[]>;
  /** Somebody is gone from a workspace: they left it, or their account was switched off. */
  left(account: AccountRef, workspaceId: string): Promise<void>;
}
