import type { Json, Values } from '../wire.ts';

/** What a person has chosen or typed in a control: a text, an option, an id, or several of them. */
export type Chosen = string | number | Json | null | (string | Json)[];
export type Fill = { [blockId: string]: { [actionId: string]: Chosen } };

/** Where blocks stand, and what has been filled in there. */
export type Stage = {
  where: { view: string } | { channel: string; message: string };
  kind: 'message' | 'modal' | 'home';
  fill: Fill;
  setFill: (change: (fill: Fill) => Fill) => void;
  errors: { [blockId: string]: string };
};

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const json = (value: unknown): Json => (isJson(value) ? value : {});
export const jsons = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
export const words = (value: unknown): string => {
  const text = json(value).text;
  return typeof text === 'string' ? text : '';
};
export const string = (value: unknown): string => (typeof value === 'string' ? value : '');

export const elementsOf = (block: Json): Json[] => {
  if (block.type === 'actions') return jsons(block.elements);
  if (block.type === 'section') return jsons([block.accessory]);
  return block.type === 'input' ? jsons([block.element]) : [];
};

/** What Slack has sent as a value, or what an element begins with, as a person's choice. */
function chosenOf(value: Json): Chosen {
  for (const [key, item] of Object.entries(value)) {
    if (key === 'value' || key === 'files' || key.startsWith('selected_')) return item as Chosen;
  }
  return null;
}

function initial(element: Json): Chosen {
  for (const [key, item] of Object.entries(element)) if (key.startsWith('initial_')) return item as Chosen;
  return /^multi_|checkboxes|file_input/.test(string(element.type)) ? [] : null;
}

export function initialFill(blocks: readonly Json[], values: Values): Fill {
  const fill: Fill = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      if (/^(button|overflow|image)$/.test(string(element.type))) continue;
      const [blockId, actionId] = [string(block.block_id), string(element.action_id)];
      const known = values[blockId]?.[actionId];
      fill[blockId] = { ...fill[blockId], [actionId]: known ? chosenOf(known) : initial(element) };
    }
  }
  return fill;
}

/** What stands in the controls that are shown now: what was typed, else what they begin with. */
export function filled(blocks: readonly Json[], values: Values, typed: Fill): Fill {
  const begin = initialFill(blocks, values);
  for (const [blockId, actions] of Object.entries(begin)) {
    for (const actionId of Object.keys(actions)) {
      const mine = typed[blockId]?.[actionId];
      if (mine !== undefined) actions[actionId] = mine;
    }
  }
  return begin;
}
