import { ComponentType } from 'discord-api-types/v10';
import type { Path, Report } from './refusal.ts';
import { checkCount, checkedShapes, checkInteger, checkText, type Shape, stringOf } from './shape.ts';

/** https://docs.discord.com/developers/components/reference */
const LIMITS = {
  customId: 100,
  buttonLabel: 80,
  url: 512,
  placeholder: 150,
  options: 25,
  optionText: 100,
  input: 4_000,
  inputPlaceholder: 100,
  choices: 10,
};

const BUTTON = { styles: 6, link: 5, premium: 6 };

export const SELECTS: readonly unknown[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];

export function checkCustomId(report: Report, path: Path, control: Shape, seen: Set<string>): void {
  checkText(report, [...path, 'custom_id'], control.custom_id, { min: 1, max: LIMITS.customId });
  const id = stringOf(control.custom_id);
  if (id && seen.has(id)) {
    report.add(
      [...path, 'custom_id'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    );
  }
  seen.add(id);
}

export function checkButton(report: Report, path: Path, button: Shape, seen: Set<string>): void {
  checkInteger(report, [...path, 'style'], button.style, { min: 1, max: BUTTON.styles });
  if (button.style === undefined) {
    report.add([...path, 'style'], 'BASE_TYPE_REQUIRED', 'This field is required');
  }
  if (button.style === BUTTON.premium) return;
  checkText(report, [...path, 'label'], button.label, { max: LIMITS.buttonLabel });
  if (!button.label && !button.emoji) {
    report.add(path, 'BUTTON_COMPONENT_MISSING_LABEL_OR_EMOJI', 'A button must have a label or an emoji');
  }
  if (button.style !== BUTTON.link) {
    if (button.url !== undefined) {
      report.add([...path, 'url'], 'BUTTON_COMPONENT_URL_WITHOUT_LINK_STYLE', 'Only links have a URL');
    }
    checkCustomId(report, path, button, seen);
    return;
  }
  checkText(report, [...path, 'url'], button.url, { min: 1, max: LIMITS.url });
  if (button.custom_id !== undefined) {
    report.add(
      path,
      'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
      'A custom id and url cannot both be specified',
    );
  }
  if (button.url !== undefined && !/^(https?|discord):\/\//.test(stringOf(button.url))) {
    report.add(
      [...path, 'url'],
      'URL_TYPE_INVALID_SCHEME',
      "Scheme must be one of ('http', 'https', 'discord').",
    );
  }
}

export function checkSelect(report: Report, path: Path, select: Shape, seen: Set<string>): void {
  checkCustomId(report, path, select, seen);
  checkText(report, [...path, 'placeholder'], select.placeholder, { max: LIMITS.placeholder });
  const { min_values: min = 1, max_values: max = 1 } = select;
  checkInteger(report, [...path, 'min_values'], min, { min: 0, max: LIMITS.options });
  checkInteger(report, [...path, 'max_values'], max, { min: 1, max: LIMITS.options });
  if (Number(min) > Number(max)) {
    report.add([...path, 'min_values'], 'SELECT_COMPONENT_MIN_VALUES', 'min_values is above max_values');
  }
  if (select.type !== ComponentType.StringSelect) return;
  checkCount(report, [...path, 'options'], select.options, { min: 1, max: LIMITS.options });
  const options = checkOptions(report, [...path, 'options'], select.options, 1);
  if (options.length > 0 && Number(max) > options.length) {
    report.add(
      [...path, 'max_values'],
      'SELECT_COMPONENT_MAX_VALUES',
      'max_values is above the number of options',
    );
  }
  if (options.filter((option) => option.default === true).length > Number(max)) {
    report.add([...path, 'options'], 'SELECT_COMPONENT_TOO_MANY_DEFAULTS', 'More defaults than max_values');
  }
}

function checkOptions(report: Report, path: Path, value: unknown, min: number): Shape[] {
  const options = checkedShapes(report, path, value);
  const seen = new Set<string>();
  options.forEach((option, index) => {
    const at = [...path, index];
    checkText(report, [...at, 'label'], option.label, { min, max: LIMITS.optionText });
    checkText(report, [...at, 'value'], option.value, { min, max: LIMITS.optionText });
    checkText(report, [...at, 'description'], option.description, { max: LIMITS.optionText });
    if (seen.has(stringOf(option.value))) {
      report.add(
        [...at, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    }
    seen.add(stringOf(option.value));
  });
  return options;
}

export function checkTextInput(report: Report, path: Path, input: Shape, seen: Set<string>): void {
  checkCustomId(report, path, input, seen);
  checkInteger(report, [...path, 'style'], input.style, { min: 1, max: 2 });
  if (input.style === undefined) {
    report.add([...path, 'style'], 'BASE_TYPE_REQUIRED', 'This field is required');
  }
  const { min_length: min = 0, max_length: max = LIMITS.input } = input;
  checkInteger(report, [...path, 'min_length'], min, { min: 0, max: LIMITS.input });
  checkInteger(report, [...path, 'max_length'], max, { min: 1, max: LIMITS.input });
  if (Number(min) > Number(max)) {
    report.add([...path, 'min_length'], 'TEXT_INPUT_MIN_LENGTH', 'min_length is above max_length');
  }
  checkText(report, [...path, 'placeholder'], input.placeholder, { max: LIMITS.inputPlaceholder });
  checkText(report, [...path, 'value'], input.value, { max: Number(max) || LIMITS.input });
  if (input.value)
    checkText(report, [...path, 'value'], input.value, { min: Number(min) || 0, max: LIMITS.input });
}

/** Radio groups and groups of checkboxes. */
export function checkGroup(report: Report, path: Path, group: Shape, seen: Set<string>): void {
  checkCustomId(report, path, group, seen);
  const min = group.type === ComponentType.RadioGroup ? 2 : 1;
  checkCount(report, [...path, 'options'], group.options, { min, max: LIMITS.choices });
  checkOptions(report, [...path, 'options'], group.options, 1);
}
