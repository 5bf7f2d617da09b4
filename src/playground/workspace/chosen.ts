import { type Control, optionsOf } from './controls.ts';
import { isShape, type Shape } from './shape.ts';
import type { Site } from './site.ts';

/** What a person types or picks: a text, an option's value or a whole option, an id, or several of them. */
export type Chosen = string | number | Shape | null | readonly (string | Shape)[];

/** Turns what a person picked into the value that Slack sends; refuses what the control does not offer. */
export function chosenValue(site: Site, control: Control, chosen: Chosen): Shape {
  const { type, element } = control;
  const list = (): readonly (string | Shape)[] =>
    Array.isArray(chosen) ? chosen : chosen === null ? [] : [chosen as string | Shape];
  const one = chosen === null || chosen === '' ? null : chosen;
  switch (type) {
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return { type, selected_option: one === null ? null : offered(control, one) };
    case 'multi_static_select':
    case 'checkboxes':
      return { type, selected_options: list().map((item) => offered(control, item)) };
    case 'external_select':
      return { type, selected_option: one === null ? null : suggested(control, one) };
    case 'multi_external_select':
      return { type, selected_options: list().map((item) => suggested(control, item)) };
    case 'users_select':
      return { type, selected_user: one === null ? null : known(site.people, control, one) };
    case 'multi_users_select':
      return { type, selected_users: list().map((item) => known(site.people, control, item)) };
    case 'channels_select':
    case 'conversations_select':
      return {
        type,
        [`selected_${type.split('_')[0]?.slice(0, -1)}`]:
          one === null ? null : known(site.channels, control, one),
      };
    case 'multi_channels_select':
    case 'multi_conversations_select':
      return {
        type,
        [`selected_${type.split('_')[1]}`]: list().map((item) => known(site.channels, control, item)),
      };
    case 'datepicker':
      return { type, selected_date: one };
    case 'timepicker':
      return { type, selected_time: one };
    case 'datetimepicker':
      return { type, selected_date_time: one === null ? null : Number(one) };
    case 'file_input':
      return { type, files: list() };
    case 'button':
      return { type, value: element.value };
    default:
      return { type, value: one === null ? null : String(one) };
  }
}

function offered(control: Control, item: unknown): Shape {
  const value = isShape(item) ? item.value : item;
  const found = optionsOf(control.element).find((option) => option.value === value);
  if (!found) throw new Error(`"${control.label}" offers no ${String(value)}`);
  return found;
}

/** A client sends back an option that the app suggested, so the whole option is needed. */
function suggested(control: Control, item: unknown): Shape {
  if (!isShape(item)) throw new Error(`"${control.label}" takes an option out of suggest()`);
  return item;
}

function known(things: ReadonlyMap<string, unknown>, control: Control, id: unknown): string {
  if (typeof id !== 'string' || !things.has(id))
    throw new Error(`"${control.label}" offers no ${String(id)}`);
  return id;
}
