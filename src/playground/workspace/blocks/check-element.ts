import { isShape, type Shape } from '../shape.ts';
import { LIMITS } from './limits.ts';
import { BOTH, checkList, checkString, checkText, type Report } from './report.ts';

type Check = (report: Report, at: string, element: Shape) => undefined;

const nothing: Check = () => {};

const button: Check = (report, at, element) => {
  checkText(report, `${at}/text`, element.text, LIMITS.buttonText);
  checkString(report, `${at}/value`, element.value, LIMITS.buttonValue);
  checkString(report, `${at}/url`, element.url, LIMITS.url);
  checkString(report, `${at}/accessibility_label`, element.accessibility_label, LIMITS.accessibilityLabel);
  if (element.style !== undefined && element.style !== 'primary' && element.style !== 'danger') {
    report.say(`${at}/style`, 'must be one of primary, danger');
  }
};

const option = (
  report: Report,
  at: string,
  value: Shape,
  kinds: readonly ('plain_text' | 'mrkdwn')[],
): void => {
  checkText(report, `${at}/text`, value.text, LIMITS.optionText, kinds);
  checkString(report, `${at}/value`, value.value, LIMITS.optionValue, true);
  if (value.description !== undefined)
    checkText(report, `${at}/description`, value.description, LIMITS.optionText, kinds);
};

export function checkOptions(
  report: Report,
  at: string,
  value: unknown,
  most: number,
  kinds: readonly ('plain_text' | 'mrkdwn')[] = ['plain_text'],
  least = 1,
): undefined {
  const options = checkList(report, at, value, most, least);
  for (const [index, item] of options.entries()) option(report, `${at}/${index}`, item, kinds);
  const values = options.map((item) => item.value);
  if (new Set(values).size < values.length) report.say(at, 'option values must be unique');
}

const staticSelect: Check = (report, at, element) => {
  if ((element.options === undefined) === (element.option_groups === undefined)) {
    return report.say(at, 'must provide either options or option_groups');
  }
  if (element.options !== undefined) checkOptions(report, `${at}/options`, element.options, LIMITS.options);
  else checkGroups(report, `${at}/option_groups`, element.option_groups);
};

export function checkGroups(report: Report, at: string, value: unknown): undefined {
  for (const [index, group] of checkList(report, at, value, LIMITS.optionGroups).entries()) {
    checkText(report, `${at}/${index}/label`, group.label, LIMITS.optionText);
    checkOptions(report, `${at}/${index}/options`, group.options, LIMITS.options);
  }
}

const fewOptions =
  (most: number, kinds: readonly ('plain_text' | 'mrkdwn')[]): Check =>
  (report, at, element) =>
    checkOptions(report, `${at}/options`, element.options, most, kinds);

const textInput: Check = (report, at, element) => {
  for (const field of ['min_length', 'max_length'] as const) {
    const value = element[field];
    if (value !== undefined && (typeof value !== 'number' || value < 0 || value > 3000)) {
      report.say(`${at}/${field}`, 'must be a number from 0 to 3000');
    }
  }
  checkString(report, `${at}/initial_value`, element.initial_value, 3000);
};

const numberInput: Check = (report, at, element) => {
  if (typeof element.is_decimal_allowed !== 'boolean')
    report.say(`${at}/is_decimal_allowed`, 'missing required field');
};

const matching =
  (field: string, pattern: RegExp): Check =>
  (report, at, element) => {
    const value = element[field];
    if (value !== undefined && !pattern.test(String(value))) report.say(`${at}/${field}`, 'invalid format');
  };

const image: Check = (report, at, element) => {
  if (element.image_url === undefined && element.slack_file === undefined)
    report.say(at, 'missing image_url or slack_file');
  checkString(report, `${at}/image_url`, element.image_url, LIMITS.url);
  checkString(report, `${at}/alt_text`, element.alt_text, LIMITS.altText, true);
};

export const ELEMENTS: Readonly<Record<string, Check>> = {
  button,
  static_select: staticSelect,
  multi_static_select: staticSelect,
  external_select: nothing,
  multi_external_select: nothing,
  users_select: nothing,
  multi_users_select: nothing,
  channels_select: nothing,
  multi_channels_select: nothing,
  conversations_select: nothing,
  multi_conversations_select: nothing,
  overflow: fewOptions(LIMITS.overflowOptions, ['plain_text']),
  checkboxes: fewOptions(LIMITS.fewOptions, BOTH),
  radio_buttons: fewOptions(LIMITS.fewOptions, BOTH),
  datepicker: matching('initial_date', /^\d{4}-\d{2}-\d{2}$/),
  timepicker: matching('initial_time', /^\d{2}:\d{2}$/),
  datetimepicker: matching('initial_date_time', /^\d{10}$/),
  plain_text_input: textInput,
  email_text_input: nothing,
  url_text_input: nothing,
  number_input: numberInput,
  file_input: nothing,
  image,
};

export function checkElement(
  report: Report,
  at: string,
  element: unknown,
  allowed: readonly string[],
): undefined {
  if (!isShape(element)) return report.say(at, 'missing element');
  const type = String(element.type);
  const check = ELEMENTS[type];
  if (!check || !allowed.includes(type)) return report.say(`${at}/type`, `unsupported type: ${type}`);
  check(report, at, element);
  checkString(report, `${at}/action_id`, element.action_id, LIMITS.id);
  if (element.placeholder !== undefined)
    checkText(report, `${at}/placeholder`, element.placeholder, LIMITS.placeholder);
  if (element.confirm !== undefined) checkConfirm(report, `${at}/confirm`, element.confirm);
}

function checkConfirm(report: Report, at: string, confirm: unknown): undefined {
  if (!isShape(confirm)) return report.say(at, 'must be an object');
  checkText(report, `${at}/title`, confirm.title, LIMITS.confirmTitle);
  checkText(report, `${at}/text`, confirm.text, LIMITS.confirmText, BOTH);
  checkText(report, `${at}/confirm`, confirm.confirm, LIMITS.confirmButton);
  checkText(report, `${at}/deny`, confirm.deny, LIMITS.confirmButton);
}
