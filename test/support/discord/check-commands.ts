import { ApplicationCommandOptionType, ApplicationCommandType, Locale } from 'discord-api-types/v10';
import { createReport, type Path, type Report } from './refusal.ts';
import {
  checkCount,
  checkedShapes,
  checkInteger,
  checkText,
  isShape,
  type Shape,
  shapesOf,
  stringOf,
} from './shape.ts';

/** https://docs.discord.com/developers/interactions/application-commands */
const LIMITS = {
  name: 32,
  description: 100,
  options: 25,
  choices: 25,
  choice: 100,
  string: 6_000,
  command: 8_000,
  commands: {
    [ApplicationCommandType.ChatInput]: 100,
    [ApplicationCommandType.User]: 15,
    [ApplicationCommandType.Message]: 15,
  },
};

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const LOCALES: readonly unknown[] = Object.values(Locale);
const { Subcommand, SubcommandGroup, String: Text, Integer, Number: Decimal } = ApplicationCommandOptionType;

export const kindOf = (command: Shape): number => Number(command.type ?? ApplicationCommandType.ChatInput);

/** @throws Refusal for whatever Discord would not register */
export function checkCommands(commands: readonly Shape[]): void {
  const report = createReport();
  commands.forEach((command, index) => {
    checkCommand(report, [index], command);
    const same = commands.findIndex((one) => one.name === command.name && kindOf(one) === kindOf(command));
    if (same < index) {
      report.add([index], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
    }
  });
  for (const [kind, max] of Object.entries(LIMITS.commands)) {
    if (commands.filter((one) => kindOf(one) === Number(kind)).length > max) {
      report.add([], 'APPLICATION_COMMANDS_TOO_MANY', `There can be ${max} commands of the type ${kind}`);
    }
  }
  report.end();
}

export function checkCommand(report: Report, path: Path, command: Shape): void {
  checkLocalized(report, path, command, 'name', LIMITS.name);
  checkIntegerList(report, [...path, 'contexts'], command.contexts, 2);
  checkIntegerList(report, [...path, 'integration_types'], command.integration_types, 1);
  const permissions = command.default_member_permissions;
  if (permissions !== undefined && permissions !== null && !/^\d+$/.test(stringOf(permissions))) {
    report.add(
      [...path, 'default_member_permissions'],
      'NUMBER_TYPE_COERCE',
      'Value is no set of permissions.',
    );
  }
  if (kindOf(command) !== ApplicationCommandType.ChatInput) {
    if (command.description) {
      report.add(
        [...path, 'description'],
        'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID',
        'Context menu commands cannot have description',
      );
    }
    if (shapesOf(command.options).length > 0) {
      report.add(
        [...path, 'options'],
        'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS',
        'Context menu commands cannot have options',
      );
    }
    return;
  }
  checkChatName(report, path, command);
  checkLocalized(report, path, command, 'description', LIMITS.description);
  checkOptions(report, [...path, 'options'], command.options, 0);
  const size = sizeOf(command);
  if (size > LIMITS.command) {
    report.add(
      path,
      'APPLICATION_COMMAND_TOO_LARGE',
      `Command exceeds maximum size (${LIMITS.command}): ${size}`,
    );
  }
}

function checkChatName(report: Report, path: Path, one: Shape): void {
  const name = stringOf(one.name);
  if (NAME.test(name) && name === name.toLowerCase()) return;
  report.add([...path, 'name'], 'STRING_TYPE_REGEX', 'String value did not match validation regex.');
}

function checkLocalized(report: Report, path: Path, one: Shape, field: string, max: number): void {
  checkText(report, [...path, field], one[field], { min: 1, max });
  const localizations = one[`${field}_localizations`];
  if (!isShape(localizations)) return;
  for (const [locale, value] of Object.entries(localizations)) {
    const at = [...path, `${field}_localizations`, locale];
    if (!LOCALES.includes(locale)) report.add(at, 'BASE_TYPE_CHOICES', 'There is no such locale.');
    if (value !== null) checkText(report, at, value, { min: 1, max });
  }
}

function checkIntegerList(report: Report, path: Path, value: unknown, max: number): void {
  if (!Array.isArray(value)) return;
  value.forEach((item, index) => {
    checkInteger(report, [...path, index], item, { min: 0, max });
  });
}

/** `depth` counts the levels above: a group holds subcommands, and they hold what people fill in. */
function checkOptions(report: Report, path: Path, value: unknown, depth: number): void {
  checkCount(report, path, value ?? [], { min: 0, max: LIMITS.options });
  const options = checkedShapes(report, path, value);
  const branches = options.filter(({ type }) => type === Subcommand || type === SubcommandGroup);
  if (branches.length > 0 && branches.length < options.length) {
    report.add(
      path,
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      'Sub-command and sub-command group option types are mutually exclusive to all other types',
    );
  }
  let optional = false;
  options.forEach((option, index) => {
    const at = [...path, index];
    checkChatName(report, at, option);
    checkLocalized(report, at, option, 'name', LIMITS.name);
    checkLocalized(report, at, option, 'description', LIMITS.description);
    if (options.findIndex(({ name }) => name === option.name) < index) {
      report.add([...at, 'name'], 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID', 'Option names must be unique');
    }
    if (option.type === SubcommandGroup || option.type === Subcommand) {
      const deepest = option.type === SubcommandGroup ? 0 : 1;
      if (depth > deepest)
        report.add([...at, 'type'], 'APPLICATION_COMMAND_OPTIONS_NESTING', 'Nested too deeply');
      const level = option.type === SubcommandGroup ? 1 : 2;
      checkOptions(report, [...at, 'options'], option.options, level);
      return;
    }
    if (depth === 1)
      report.add(
        [...at, 'type'],
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'A group holds subcommands alone',
      );
    checkInteger(report, [...at, 'type'], option.type ?? 0, { min: 1, max: 11 });
    if (option.required === true && optional) {
      report.add(
        [...at, 'required'],
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    }
    optional ||= option.required !== true;
    checkFilled(report, at, option);
  });
}

function checkFilled(report: Report, path: Path, option: Shape): void {
  const choices = checkedShapes(report, [...path, 'choices'], option.choices);
  checkCount(report, [...path, 'choices'], choices, { min: 0, max: LIMITS.choices });
  const typed = [Text, Integer, Decimal].includes(Number(option.type));
  if (!typed && (choices.length > 0 || option.autocomplete === true)) {
    report.add(path, 'APPLICATION_COMMAND_OPTIONS_CHOICES', 'This type has neither choices nor autocomplete');
  }
  if (option.autocomplete === true && choices.length > 0) {
    report.add(
      [...path, 'autocomplete'],
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE',
      'There are choices already',
    );
  }
  choices.forEach((choice, index) => {
    const at = [...path, 'choices', index];
    checkLocalized(report, at, choice, 'name', LIMITS.choice);
    if (option.type === Text)
      checkText(report, [...at, 'value'], choice.value, { min: 1, max: LIMITS.choice });
    if (choices.findIndex(({ name }) => name === choice.name) < index) {
      report.add(
        [...at, 'name'],
        'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE',
        'Choice names must be unique',
      );
    }
  });
  checkInteger(report, [...path, 'min_length'], option.min_length, { min: 0, max: LIMITS.string });
  checkInteger(report, [...path, 'max_length'], option.max_length, { min: 1, max: LIMITS.string });
}

/** Names, descriptions and values of choices, everything below included; of each text its longest translation. */
export function sizeOf(one: Shape): number {
  const longest = (field: string): number => {
    const localized = isShape(one[`${field}_localizations`])
      ? Object.values(one[`${field}_localizations`] ?? {})
      : [];
    return Math.max(...[one[field], ...localized].map((text) => stringOf(text).length));
  };
  const below = [...shapesOf(one.options), ...shapesOf(one.choices)].reduce(
    (sum, item) => sum + sizeOf(item),
    0,
  );
  return longest('name') + longest('description') + stringOf(one.value).length + below;
}
