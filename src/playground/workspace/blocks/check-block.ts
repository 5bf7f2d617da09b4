import type { Shape } from '../shape.ts';
import { checkElement, ELEMENTS } from './check-element.ts';
import { checkRichText } from './check-rich-text.ts';
import { LIMITS } from './limits.ts';
import { BOTH, checkList, checkString, checkText, type Report } from './report.ts';

type Check = (report: Report, at: string, block: Shape) => undefined;
export type Surface = 'message' | 'modal' | 'home';

const SELECTS = ['static', 'external', 'users', 'channels', 'conversations'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const CHOICES = [...SELECTS, 'checkboxes', 'radio_buttons', 'datepicker', 'timepicker', 'datetimepicker'];
const ACTIONS = [...CHOICES, 'button', 'overflow'];
const ACCESSORIES = [...ACTIONS, 'image'];
const INPUTS = [
  ...CHOICES,
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'file_input',
];

const header: Check = (report, at, block) => checkText(report, `${at}/text`, block.text, LIMITS.headerText);

const section: Check = (report, at, block) => {
  if (block.text === undefined && block.fields === undefined) report.say(at, 'must provide text or fields');
  if (block.text !== undefined) checkText(report, `${at}/text`, block.text, LIMITS.sectionText, BOTH);
  if (block.fields !== undefined) {
    for (const [index, field] of checkList(report, `${at}/fields`, block.fields, LIMITS.fields).entries()) {
      checkText(report, `${at}/fields/${index}`, field, LIMITS.fieldText, BOTH);
    }
  }
  if (block.accessory !== undefined) checkElement(report, `${at}/accessory`, block.accessory, ACCESSORIES);
};

const context: Check = (report, at, block) => {
  for (const [index, item] of checkList(
    report,
    `${at}/elements`,
    block.elements,
    LIMITS.contextElements,
  ).entries()) {
    const here = `${at}/elements/${index}`;
    if (item.type === 'image') checkElement(report, here, item, ['image']);
    else checkText(report, here, item, LIMITS.sectionText, BOTH);
  }
};

const actions: Check = (report, at, block) => {
  const elements = checkList(report, `${at}/elements`, block.elements, LIMITS.actionsElements);
  for (const [index, element] of elements.entries())
    checkElement(report, `${at}/elements/${index}`, element, ACTIONS);
  const ids = elements.flatMap((element) =>
    typeof element.action_id === 'string' ? [element.action_id] : [],
  );
  if (new Set(ids).size < ids.length)
    report.say(`${at}/elements`, 'action_id must be unique within its block');
};

const image: Check = (report, at, block) => {
  ELEMENTS.image?.(report, at, block);
  if (block.title !== undefined) checkText(report, `${at}/title`, block.title, 2000);
};

const input: Check = (report, at, block) => {
  checkText(report, `${at}/label`, block.label, LIMITS.inputLabel);
  if (block.hint !== undefined) checkText(report, `${at}/hint`, block.hint, LIMITS.inputLabel);
  checkElement(report, `${at}/element`, block.element, INPUTS);
};

const table: Check = (report, at, block) => {
  if (!Array.isArray(block.rows) || block.rows.length === 0)
    return report.say(`${at}/rows`, 'must provide at least 1 items');
  if (block.rows.length > LIMITS.tableRows)
    report.say(`${at}/rows`, `no more than ${LIMITS.tableRows} items allowed`);
  for (const [row, cells] of block.rows.entries()) {
    for (const [column, cell] of checkList(
      report,
      `${at}/rows/${row}`,
      cells,
      LIMITS.tableColumns,
    ).entries()) {
      const here = `${at}/rows/${row}/${column}`;
      if (cell.type === 'rich_text') checkRichText(report, here, cell);
      else if (cell.type === 'raw_text') checkString(report, `${here}/text`, cell.text, 3000, true);
      else if (cell.type !== 'raw_number')
        report.say(`${here}/type`, `unsupported type: ${String(cell.type)}`);
    }
  }
};

const alert: Check = (report, at, block) =>
  checkText(report, `${at}/text`, block.text, LIMITS.alertText, BOTH);

const file: Check = (report, at, block) => {
  checkString(report, `${at}/external_id`, block.external_id, LIMITS.id, true);
  checkString(report, `${at}/source`, block.source, 20, true);
};

/** Newer block types (`card`, `data_table`, …) are refused: that is what clients without them do. */
const BLOCKS: Readonly<Record<string, { check: Check; on?: readonly Surface[] }>> = {
  header: { check: header },
  section: { check: section },
  context: { check: context },
  actions: { check: actions },
  divider: { check: () => {} },
  image: { check: image },
  input: { check: input },
  rich_text: { check: checkRichText },
  table: { check: table, on: ['message'] },
  alert: { check: alert, on: ['modal'] },
  file: { check: file, on: ['message'] },
};

export function checkBlock(report: Report, at: string, block: Shape, surface: Surface): undefined {
  const known = BLOCKS[String(block.type)];
  if (!known) return report.say(`${at}/type`, `unsupported type: ${String(block.type)}`);
  if (known.on && !known.on.includes(surface))
    report.say(`${at}/type`, `${String(block.type)} is not supported in a ${surface}`);
  checkString(report, `${at}/block_id`, block.block_id, LIMITS.id);
  known.check(report, at, block);
  const element = block.element;
  if (
    surface !== 'modal' &&
    typeof element === 'object' &&
    element !== null &&
    'type' in element &&
    element.type === 'file_input'
  ) {
    report.say(`${at}/element`, 'file_input is supported in a modal only');
  }
}
