import { isShape, type Shape, shapeOf, shapesOf, stringOf, wordsOf } from './shape.ts';
import type { Values } from './site.ts';

export type Control = {
  blockId: string;
  actionId: string;
  type: string;
  label: string;
  element: Shape;
  block: Shape;
};

/** Everything in these blocks that a person can press, choose or fill. */
export function controlsOf(blocks: readonly Shape[]): Control[] {
  return blocks.flatMap((block) => {
    const elements = [
      ...(block.type === 'actions' ? shapesOf(block.elements) : []),
      ...(block.type === 'section' && isShape(block.accessory) ? [block.accessory] : []),
      ...(block.type === 'input' && isShape(block.element) ? [block.element] : []),
    ];
    return elements
      .filter((element) => element.type !== 'image')
      .map((element) => ({
        blockId: stringOf(block.block_id),
        actionId: stringOf(element.action_id),
        type: stringOf(element.type),
        label:
          block.type === 'input'
            ? wordsOf(block.label)
            : wordsOf(element.text) || wordsOf(element.placeholder),
        element,
        block,
      }));
  });
}

/** The options of a select, whether or not they are grouped. */
export const optionsOf = (element: Shape): Shape[] => [
  ...shapesOf(element.options),
  ...shapesOf(element.option_groups).flatMap((group) => shapesOf(group.options)),
];

/** What a person finds filled in when blocks appear: the elements' initial values. */
export function initialValues(blocks: readonly Shape[]): Values {
  const values: Values = {};
  for (const { blockId, actionId, element, type } of controlsOf(blocks)) {
    if (type === 'button' || type === 'overflow') continue;
    values[blockId] = { ...values[blockId], [actionId]: initialValue(type, element) };
  }
  return values;
}

function initialValue(type: string, element: Shape): Shape {
  const initial = (name: string) => element[`initial_${name}`];
  const one = (name: string) => ({ type, [`selected_${name}`]: initial(name) ?? null });
  const many = (name: string) => ({ type, [`selected_${name}`]: initial(name) ?? [] });
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return one('option');
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return many('options');
    case 'users_select':
      return one('user');
    case 'multi_users_select':
      return many('users');
    case 'channels_select':
      return one('channel');
    case 'multi_channels_select':
      return many('channels');
    case 'conversations_select':
      return one('conversation');
    case 'multi_conversations_select':
      return many('conversations');
    case 'datepicker':
      return one('date');
    case 'timepicker':
      return one('time');
    case 'datetimepicker':
      return one('date_time');
    case 'file_input':
      return { type, files: [] };
    default:
      return { type, value: element.initial_value ?? null };
  }
}

/** A control counts as empty where the person has not chosen or typed anything. */
export function isEmptyValue(value: Shape | undefined): boolean {
  const { type: _, ...rest } = shapeOf(value);
  return Object.values(rest).every(
    (item) => item === null || item === '' || (Array.isArray(item) && item.length === 0),
  );
}
