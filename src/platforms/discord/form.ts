import {
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
  ChannelType,
  ComponentType,
  type ModalSubmitComponent,
  SelectMenuDefaultValueType,
  TextInputStyle,
} from 'discord.js';
import type { Action, Block, Card, Text } from '../../views/card.ts';
import type { Choice, Field, Form } from '../../views/form.ts';
import { plainText } from '../../views/plain.ts';
import { splitList } from '../split-list.ts';
import { chunks } from './controls.ts';
import * as limits from './limits.ts';
import { plain } from './text.ts';

/** What each search field offers, where that is known and short enough to choose from. */
export type Offered = ReadonlyMap<Field, readonly Choice[]>;

type Modal = APIModalInteractionResponseCallbackData;
type Component = Modal['components'][number];

export const pagesOf = (form: Form): Field[][] => chunks(form.fields, limits.MODAL_COMPONENTS);

/** A form that is sent by its window alone. Others stand in a message, whose button sends them. */
export const isOneWindow = (form: Form): boolean =>
  form.fields.length <= limits.MODAL_COMPONENTS && (form.buttons ?? []).length === 0;

/** An item's name may be long, so its field goes by its place in the form. */
const idOf = (field: Field, form: Form): string =>
  field.item === undefined && field.name.length <= limits.CUSTOM_ID
    ? field.name
    : `item.${form.fields.indexOf(field)}`;

/** One page of a form as a window. `customId` comes back with what was filled in. */
export function renderForm(form: Form, page: number, customId: string, offered: Offered): Modal {
  const pages = pagesOf(form);
  const fields = pages[page] ?? [];
  const which = pages.length > 1 ? ` (${page + 1}/${pages.length})` : '';
  const intro = page === 0 && fields.length < limits.MODAL_COMPONENTS ? introOf(form) : undefined;
  // Where the sentence that names the organization has no room, the title does.
  const where = !intro && form.organization ? ` · ${form.organization}` : '';
  return {
    custom_id: customId,
    title: `${plain(`${form.title}${where}`, limits.MODAL_TITLE - which.length)}${which}`,
    components: [
      ...(intro
        ? [{ type: ComponentType.TextDisplay as const, content: plain(intro, limits.PARAGRAPH) }]
        : []),
      ...fields.map((field) => labelled(field, form, offered.get(field))),
    ],
  };
}

const introOf = ({ intro }: Form): string | undefined =>
  intro === undefined ? undefined : plainText(intro) || undefined;

const labelled = (field: Field, form: Form, choices: readonly Choice[] | undefined): Component =>
  ({
    type: ComponentType.Label,
    label: plain(field.label, limits.LABEL),
    ...describing(field),
    component: { custom_id: idOf(field, form), ...control(field, choices) },
  }) as Component;

/** What is wrong with it, where something is; of a box what ticking it means. */
const describing = ({ error, hint, input }: Field): { description?: string } => {
  const words = error ?? hint ?? (input.kind === 'check' ? input.label : undefined);
  return words ? { description: plain(words, limits.LABEL_DESCRIPTION) } : {};
};

function control(field: Field, choices: readonly Choice[] | undefined): object {
  const { input, value = '' } = field;
  switch (input.kind) {
    case 'text':
      return textInput(field, input);
    case 'channel': {
      const id = /^<?#?(\d{15,21})>?$/.exec(value)?.[1];
      return {
        type: ComponentType.ChannelSelect,
        channel_types: [ChannelType.GuildText, ChannelType.PrivateThread, ChannelType.PublicThread],
        required: field.required,
        min_values: field.required ? 1 : 0,
        ...(id ? { default_values: [{ id, type: SelectMenuDefaultValueType.Channel }] } : {}),
      };
    }
    case 'check':
      return { type: ComponentType.Checkbox, default: value === input.value };
    case 'choice':
      return select(field, input.options, false) ?? textInput(field, {});
    case 'search':
      return (
        (choices && select(field, choices, input.multiple === true)) ??
        textInput(field, { placeholder: input.placeholder })
      );
  }
}

/** Nothing where something that is filled in already could not be chosen again. */
function select(field: Field, choices: readonly Choice[], multiple: boolean): object | undefined {
  const { value = '', valueLabels = {} } = field;
  const values = multiple ? splitList(value) : value === '' ? [] : [value];
  const missing = values.filter((one) => !choices.some((choice) => choice.value === one));
  const all = [...missing.map((one) => ({ value: one, label: valueLabels[one] ?? one })), ...choices];
  const fitting = all.filter((one) => one.value !== '' && one.value.length <= limits.OPTION_VALUE);
  if (fitting.length < all.length || all.length === 0 || all.length > limits.OPTIONS) return undefined;
  return {
    type: ComponentType.StringSelect,
    placeholder: 'Choose',
    required: field.required,
    min_values: field.required ? 1 : 0,
    max_values: multiple ? all.length : 1,
    options: all.map((one: Choice) => ({
      value: one.value,
      label: plain(one.label, limits.OPTION_TEXT),
      ...(one.description ? { description: plain(one.description, limits.OPTION_TEXT) } : {}),
      ...(values.includes(one.value) ? { default: true } : {}),
    })),
  };
}

function textInput(
  { value = '', required }: Field,
  {
    multiline = false,
    placeholder,
    max = limits.INPUT_TEXT,
  }: { multiline?: boolean | undefined; placeholder?: string | undefined; max?: number },
): Omit<APITextInputComponent, 'custom_id'> {
  const most = Math.min(max, limits.INPUT_TEXT);
  return {
    type: ComponentType.TextInput,
    style: multiline || value.includes('\n') ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required,
    max_length: most,
    ...(placeholder ? { placeholder: plain(placeholder, limits.INPUT_PLACEHOLDER) } : {}),
    ...(value ? { value: value.slice(0, most).toWellFormed() } : {}),
  };
}

/** The same form with what was filled into one of its windows. */
export function filledForm(
  form: Form,
  components: readonly ModalSubmitComponent[] | readonly object[],
): Form {
  const filled = new Map<string, string>();
  for (const one of components) {
    const field = 'component' in one ? one.component : undefined;
    if (!isControl(field)) continue;
    const { custom_id, value, values, type } = field;
    if (Array.isArray(values)) {
      const marks = values.map((id) =>
        type === ComponentType.ChannelSelect ? `<#${String(id)}>` : String(id),
      );
      filled.set(custom_id, marks.join(','));
    } else filled.set(custom_id, typeof value === 'boolean' ? String(value) : String(value ?? ''));
  }
  const fields = form.fields.map((field) => {
    const given = filled.get(idOf(field, form));
    if (given === undefined) return field;
    const value = field.input.kind === 'check' ? (given === 'true' ? field.input.value : '') : given;
    return { ...field, value };
  });
  return { ...form, fields };
}

const isControl = (
  value: unknown,
): value is { custom_id: string; type: number; value?: unknown; values?: unknown } =>
  typeof value === 'object' && value !== null && 'custom_id' in value && typeof value.custom_id === 'string';

/** The command that a form types: what it was opened for, and what stands in its fields. */
export function actionOf(form: Form): Action {
  const names = new Set(form.fields.map(({ name }) => name));
  const args = Object.fromEntries(Object.entries(form.action.args).filter(([name]) => !names.has(name)));
  for (const { name, item, value = '' } of form.fields) {
    if (item !== undefined)
      args[name] = [...(args[name] ? [args[name]] : []), `${item}:${value || 'none'}`].join(',');
    else if (value !== '') args[name] = value;
  }
  return { ...form.action, args };
}

/** A form where no window can open: everything that stands in it, to be filled in page by page. */
export function formCard(form: Form): Card {
  const action = actionOf(form);
  const buttons = (form.buttons ?? []).map((button) => ({
    ...button,
    action: { ...button.action, args: { ...action.args, ...button.action.args } },
  }));
  return {
    kind: 'card',
    title: form.title,
    text: `${form.title}: fill in the form.`,
    blocks: [
      ...(form.error ? [paragraph({ bold: form.error })] : []),
      ...(form.intro ? [paragraph(form.intro)] : []),
      ...pagesOf(form).flatMap((fields): Block[] => [
        { kind: 'fields', fields: fields.map((field) => [field.label, shown(field, form)]) },
        ...hintsOf(fields),
        ...fields.flatMap(({ error }) => (error ? [paragraph({ bold: error })] : [])),
      ]),
      ...(buttons.length > 0 ? [{ kind: 'buttons', buttons } as const] : []),
    ],
  };
}

const hintsOf = (fields: readonly Field[]): Block[] => {
  const hints = fields.flatMap(({ label, hint }) => (hint ? [`${label}: ${hint}`] : []));
  return hints.length > 0 ? [{ kind: 'small', text: hints.join('\n') }] : [];
};

const paragraph = (text: Text): Block => ({ kind: 'text', text });

/** What was typed into a window's only page stands there again, and nowhere else: it may be a secret. */
const shown = ({ value = '', input }: Field, form: Form): string => {
  if (value === '') return '–';
  if (input.kind === 'check') return input.label;
  return input.kind === 'text' && isOneWindow(form) ? 'filled in' : value;
};

/** The same form with what is wrong under each field; the rest stands above. */
export const withErrors = (form: Form, errors: Readonly<Record<string, string>>): Form => {
  const names = new Set(form.fields.map(({ name }) => name));
  const rest = Object.entries(errors).filter(([name]) => !names.has(name));
  return {
    ...form,
    ...(rest.length > 0 ? { error: rest.map(([, error]) => error).join(' ') } : {}),
    fields: form.fields.map((field) => ({ ...field, error: errors[field.name] })),
  };
};
