import { createHash } from 'node:crypto';
import type { ViewOutput } from '@slack/bolt';
import type { InputBlock, InputBlockElement, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Action } from '../../views/card.ts';
import type { Choice, Field, Form, Source } from '../../views/form.ts';
import { splitList } from '../split-list.ts';
import { decodeAction, encodeAction } from './action.ts';
import { buttonBlocks, chunks } from './controls.ts';
import * as limits from './limits.ts';
import { windowTitle } from './notes.ts';
import { richText } from './rich.ts';
import { plain } from './text.ts';

const FORM = 'form';
const SEARCH = 'search:';
const CONTROL = 'value';
/** Between a list's name and the item that one field of several fills. */
const ITEM = '/';

/** A form as a window. Submitting it gives back `actionOf(view)`. */
export function renderForm(form: Form, workspaceId: string): ModalView {
  const intro: KnownBlock[] = [
    ...(windowTitle(form.title) !== form.title ? [paragraph({ bold: form.title }, workspaceId)] : []),
    ...(form.error ? [alert(form.error, workspaceId)] : []),
    ...(form.intro ? [paragraph(form.intro, workspaceId)] : []),
  ];
  let count = 0;
  intro.push(...buttonBlocks(form.buttons ?? [], { next: () => count++ }));
  const state = createHash('sha256').update(JSON.stringify(form)).digest('hex').slice(0, 8);
  // Each field may bring an error of its own, and one line says what does not fit.
  const room = Math.floor((limits.VIEW_BLOCKS - intro.length - 1) / 2);
  const fitting = form.fields.slice(0, room);
  const hidden = form.fields.length - fitting.length;
  const names = new Set(fitting.map(({ name }) => name));
  const kept = Object.entries(form.action.args).filter(([name]) => !names.has(name));
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: encodeAction({ ...form.action, args: Object.fromEntries(kept) }, limits.METADATA),
    title: plain(windowTitle(form.title), limits.MODAL_TITLE),
    submit: plain(form.submit, limits.MODAL_TITLE),
    close: plain('Cancel', limits.MODAL_TITLE),
    blocks: [
      ...intro,
      ...fitting.flatMap((field) => fieldBlocks(field, state, workspaceId)),
      ...(hidden > 0
        ? [paragraph(`${hidden} more fields do not fit here. They stay as they are.`, workspaceId)]
        : []),
    ],
  };
}

const paragraph = (text: NonNullable<Form['intro']>, workspaceId: string): KnownBlock => ({
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_section',
      elements: richText(text, { workspaceId, max: limits.SECTION, lines: true }),
    },
  ],
});

const alert = (text: string, workspaceId: string): KnownBlock =>
  text.length <= limits.ALERT
    ? { type: 'alert', level: 'error', text: plain(text, limits.ALERT) }
    : paragraph({ bold: text }, workspaceId);

/** The id changes with the form's state: Slack keeps what was typed, and not what we suggest, where it stays the same. */
function fieldBlocks(field: Field, state: string, workspaceId: string): KnownBlock[] {
  const input: InputBlock = {
    type: 'input',
    block_id: `${field.item === undefined ? field.name : `${field.name}${ITEM}${field.item}`}.${state}`,
    label: plain(field.label, limits.LABEL),
    optional: !field.required,
    element: control(field),
    ...(field.hint ? { hint: plain(field.hint, limits.HINT) } : {}),
  };
  return field.error ? [input, alert(field.error, workspaceId)] : [input];
}

function control(field: Field): InputBlockElement {
  const { input, value = '' } = field;
  switch (input.kind) {
    case 'text':
      return textInput(value, input);
    case 'channel': {
      const id = /^<?#?([CG][A-Z0-9]{2,})(\|[^>]*)?>?$/.exec(value)?.[1];
      return {
        type: 'conversations_select',
        action_id: CONTROL,
        filter: {
          include: ['public', 'private'],
          exclude_bot_users: true,
          exclude_external_shared_channels: true,
        },
        placeholder: plain('Choose a channel', limits.PLACEHOLDER),
        ...(id ? { initial_conversation: id } : {}),
      };
    }
    case 'check': {
      const box = option(input);
      return {
        type: 'checkboxes',
        action_id: CONTROL,
        options: [box],
        ...(value === input.value ? { initial_options: [box] } : {}),
      };
    }
    case 'choice': {
      const options = fits(input.options);
      if (options.length === 0) return textInput(value, {});
      const chosen = options.find((option) => option.value === value);
      const groups = chunks(options, limits.OPTIONS).slice(0, limits.OPTION_GROUPS);
      return {
        type: 'static_select',
        action_id: CONTROL,
        placeholder: plain('Choose', limits.PLACEHOLDER),
        ...(groups.length > 1
          ? { option_groups: groups.map((some) => ({ label: groupLabel(some), options: some.map(option) })) }
          : { options: options.map(option) }),
        ...(chosen ? { initial_option: option(chosen) } : {}),
      };
    }
    case 'search': {
      const values = input.multiple ? splitList(value) : value === '' ? [] : [value];
      const chosen = values.map((one) => ({ value: one, label: field.valueLabels?.[one] ?? one }));
      // An option's value is short. What was typed may be longer, and must not be lost.
      if (fits(chosen).length < chosen.length) return textInput(value, input);
      const typeahead = {
        action_id: `${SEARCH}${input.source}`,
        min_query_length: 0,
        placeholder: plain(input.placeholder ?? 'Type to search', limits.PLACEHOLDER),
      };
      const [first] = chosen;
      if (!input.multiple) {
        return { type: 'external_select', ...typeahead, ...(first ? { initial_option: option(first) } : {}) };
      }
      const initial = first ? { initial_options: chosen.slice(0, limits.OPTIONS).map(option) } : {};
      return { type: 'multi_external_select', ...typeahead, ...initial };
    }
  }
}

function textInput(
  value: string,
  {
    multiline = false,
    placeholder,
    max = limits.INPUT_TEXT,
  }: { multiline?: boolean; placeholder?: string; max?: number },
): InputBlockElement {
  const most = Math.min(max, limits.INPUT_TEXT);
  return {
    type: 'plain_text_input',
    action_id: CONTROL,
    multiline,
    max_length: most,
    ...(placeholder ? { placeholder: plain(placeholder, limits.PLACEHOLDER) } : {}),
    ...(value ? { initial_value: value.slice(0, most).toWellFormed() } : {}),
  };
}

const groupLabel = (choices: readonly Choice[]) =>
  plain(`${choices[0]?.label ?? ''} to ${choices.at(-1)?.label ?? ''}`, limits.OPTION_TEXT);

const option = ({ value, label, description }: Choice): PlainTextOption => ({
  text: plain(label, limits.OPTION_TEXT),
  value,
  ...(description ? { description: plain(description, limits.OPTION_TEXT) } : {}),
});

const fits = (choices: readonly Choice[]): Choice[] =>
  choices.filter(({ value }, index) => {
    const first = choices.findIndex((other) => other.value === value) === index;
    return first && value.length > 0 && value.length <= limits.OPTION_VALUE;
  });

/** What a typeahead shows. */
export const renderOptions = (choices: readonly Choice[]): PlainTextOption[] =>
  fits(choices).slice(0, limits.OPTIONS).map(option);

const SOURCES: Readonly<Record<Source, true>> = {
  person: true,
  role: true,
  'organization-role': true,
  'project-role': true,
  project: true,
  'project-and-role': true,
  'service-account': true,
  token: true,
  'my-token': true,
  request: true,
  finding: true,
  invitation: true,
  organization: true,
  permission: true,
  setting: true,
  command: true,
  address: true,
};

const isSource = (value: string): value is Source => Object.hasOwn(SOURCES, value);

/** What a typeahead asks for, read back from its id. */
export function sourceOf(actionId: string): Source | undefined {
  const name = actionId.startsWith(SEARCH) ? actionId.slice(SEARCH.length) : '';
  return isSource(name) ? name : undefined;
}

const fieldOf = (blockId: string): string => blockId.slice(0, blockId.lastIndexOf('.'));

/** The command that this form types: what it was opened for, and what has been filled in. */
export function actionOf(view: Pick<ViewOutput, 'private_metadata' | 'state'>): Action | undefined {
  const action = decodeAction(view.private_metadata);
  if (!action) return undefined;
  const filled: Record<string, string> = {};
  for (const [blockId, controls] of Object.entries(view.state?.values ?? {})) {
    const [state] = Object.values(controls);
    const value = state ? filledIn(state) : '';
    const [name = '', item] = fieldOf(blockId).split(ITEM);
    if (item !== undefined) {
      filled[name] = [...(filled[name] ? [filled[name]] : []), `${item}:${value || 'none'}`].join(',');
    } else if (value !== '') filled[name] = value;
  }
  return { ...action, args: { ...action.args, ...filled } };
}

/** A button in a form brings along what the form holds. */
export function withForm(
  pressed: Action | undefined,
  view: Pick<ViewOutput, 'private_metadata' | 'state' | 'callback_id'> | undefined,
): Action | undefined {
  const form = view?.callback_id === FORM ? actionOf(view) : undefined;
  return pressed && form ? { ...pressed, args: { ...form.args, ...pressed.args } } : pressed;
}

type State = ViewOutput['state']['values'][string][string];

function filledIn(state: State): string {
  if (state.selected_options) return state.selected_options.map(({ value }) => value).join(',');
  if (state.selected_conversation) return `<#${state.selected_conversation}>`;
  return state.selected_option?.value ?? state.value ?? '';
}

/** Errors by field as errors by block. One whose field is not in this window stands under the first one. */
export function errorsByBlock(
  blocks: ViewOutput['blocks'],
  errors: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const ids = blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id ?? '');
  const [first] = ids;
  if (first === undefined) return undefined;
  const shown: Record<string, string> = {};
  for (const [name, error] of Object.entries(errors)) {
    const id = ids.find((blockId) => fieldOf(blockId) === name) ?? first;
    shown[id] = shown[id] ? `${shown[id]} ${error}` : error;
  }
  return Object.keys(shown).length > 0 ? shown : undefined;
}
