import { type Chosen, chosenValue } from '../chosen.ts';
import { controlsOf, isEmptyValue } from '../controls.ts';
import { isShape } from '../shape.ts';
import type { Site } from '../site.ts';
import type { Stand } from './where.ts';

/** What a person fills in: by block where it holds one control, else by block and control. */
export type Fill = { [blockId: string]: Chosen | { [actionId: string]: Chosen } };

/** Types into the controls of a view or message. Fails where a control is not there or does not offer the value. */
export function fillIn(site: Site, stand: Stand, fill: Fill): void {
  for (const [blockId, filled] of Object.entries(fill)) {
    const controls = controlsOf(stand.blocks).filter((control) => control.blockId === blockId);
    if (controls.length === 0) throw new Error(`there is no block ${blockId}`);
    for (const control of controls) {
      const byAction = isShape(filled) && control.actionId in filled;
      if (!byAction && controls.length > 1) continue;
      const chosen = (byAction ? filled[control.actionId] : filled) as Chosen;
      stand.values[blockId] = {
        ...stand.values[blockId],
        [control.actionId]: chosenValue(site, control, chosen),
      };
    }
  }
}

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What the client itself refuses before anything is sent: https://docs.slack.dev/surfaces/modals/#gather_input */
export function unfinished(stand: Stand): { [blockId: string]: string } {
  const errors: { [blockId: string]: string } = {};
  for (const { block, blockId, actionId, type, element } of controlsOf(stand.blocks)) {
    if (block.type !== 'input') continue;
    const value = stand.values[blockId]?.[actionId];
    const text = typeof value?.value === 'string' ? value.value : '';
    if (isEmptyValue(value)) {
      if (block.optional !== true) errors[blockId] = 'Please complete this required field.';
    } else if (typeof element.min_length === 'number' && text.length < element.min_length) {
      errors[blockId] = `Please use at least ${element.min_length} characters.`;
    } else if (type === 'plain_text_input' && text.length > Number(element.max_length ?? 3000)) {
      errors[blockId] = `Please use ${String(element.max_length ?? 3000)} characters or fewer.`;
    } else if (type === 'email_text_input' && !MAIL.test(text))
      errors[blockId] = 'Please enter a valid email address.';
    else if (type === 'url_text_input' && !URL.canParse(text)) errors[blockId] = 'Please enter a valid URL.';
    else if (type === 'number_input' && Number.isNaN(Number(text)))
      errors[blockId] = 'Please enter a valid number.';
  }
  return errors;
}
