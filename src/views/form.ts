import type { Action, Text } from './card.ts';

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
  | { kind: 'channel' };

export interface Field {
  name: string;
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
  intro?: Text;
  error?: string;
  fields: readonly Field[];
}
