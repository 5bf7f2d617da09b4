import { isShape, type Shape } from '../shape.ts';
import { checkList, checkString, type Report } from './report.ts';

/** Which field each inline element cannot be without. */
const INLINE: Readonly<Record<string, string>> = {
  text: 'text',
  link: 'url',
  user: 'user_id',
  channel: 'channel_id',
  usergroup: 'usergroup_id',
  emoji: 'name',
  date: 'timestamp',
  broadcast: 'range',
  color: 'value',
  team: 'team_id',
};

const SECTIONS = ['rich_text_section', 'rich_text_preformatted', 'rich_text_quote'];

export function checkRichText(report: Report, at: string, block: Shape): undefined {
  for (const [index, part] of checkList(report, `${at}/elements`, block.elements, 100, 0).entries()) {
    const here = `${at}/elements/${index}`;
    if (part.type === 'rich_text_list') {
      for (const [row, item] of checkList(report, `${here}/elements`, part.elements, 100).entries()) {
        if (item.type !== 'rich_text_section') report.say(`${here}/elements/${row}`, 'a list holds sections');
        checkInline(report, `${here}/elements/${row}`, item.elements);
      }
    } else if (SECTIONS.includes(String(part.type))) checkInline(report, here, part.elements);
    else report.say(`${here}/type`, `unsupported type: ${String(part.type)}`);
  }
}

function checkInline(report: Report, at: string, elements: unknown): undefined {
  if (!Array.isArray(elements)) return report.say(`${at}/elements`, 'must be an array');
  for (const [index, element] of elements.entries()) {
    const here = `${at}/elements/${index}`;
    if (!isShape(element)) {
      report.say(here, 'must be an object');
      continue;
    }
    const field = INLINE[String(element.type)];
    if (!field) report.say(`${here}/type`, `unsupported type: ${String(element.type)}`);
    else if (field === 'timestamp') {
      if (typeof element.timestamp !== 'number') report.say(`${here}/timestamp`, 'must be a number');
      checkString(report, `${here}/format`, element.format, 3000, true);
    } else checkString(report, `${here}/${field}`, element[field], 40_000, true);
  }
}
