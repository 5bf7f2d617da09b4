import type { Action, Button, Text } from './card.ts';

export interface Choice {
  value: string;
  label: string;
  description?: string;
}

/** What kind of thing a field looks up as somebody types; answered by `commands/suggest.ts`. */
export type Source =
  | 'person'
  | 'role'
  | 'organization-role'
  | 'project-role'
  | 'project'
  | 'project-and-role'
  | 'service-account'
  | 'token'
  | 'my-token'
  | 'request'
  | 'finding'
  | 'invitation'
  | 'organization'
  | 'permission'
  | 'setting'
  | 'command'
  | 'address';

export type Input =
  | { kind: 'text'; multiline?: boolean; placeholder?: string; max?: number }
  | { kind: 'choice'; options: readonly Choice[] }
  | { kind: 'search'; source: Source; multiple?: boolean; placeholder?: string }
  | { kind: 'channel' }
  /** One box: its value when ticked, nothing when not. */
  | { kind: 'check'; value: string; label: string };

export interface Field {
  name: string;
  /**
   * Makes it one of the fields that fill the list argument `name` together: each adds `item:value`, and `item:none`
   * where it is left empty.
   */
  item?: string;
  label: string;
  hint?: string;
  required: boolean;
  input: Input;
  /** The value as it would be typed; lists are comma-separated. */
  value?: string;
  /** How a chosen value reads, where it differs from the value. */
  valueLabels?: Readonly<Record<string, string>>;
  error?: string;
}

/** Submitting a form is typing the command: `action` with the fields' values added as arguments. */
export interface Form {
  kind: 'form';
  title: string;
  submit: string;
  action: Action;
  /** What opens it again later, where that is not the same as submitting it empty. */
  again?: Action;
  intro?: Text;
  /** It says what the declarations say, in no organization's words yet. */
  neutral?: true;
  /** The name of the organization that it is about, once that is known. */
  organization?: string;
  error?: string;
  fields: readonly Field[];
  /** Pressing one is typing its command with what the form holds and what has been filled in so far. */
  buttons?: readonly Button[];
}
