import type { KnownBlock, Button as SlackButton } from '@slack/types';
import type { Action, Block, Button, Row } from '../../views/card.ts';
import { onePiece } from '../fit.ts';
import { ActionTooLong, encodeAction, encodeChoices } from './action.ts';
import type { Part } from './fit.ts';
import * as limits from './limits.ts';
import { plain } from './text.ts';

/** Counts the controls of one drawing: their ids must differ. */
export interface Counter {
  next: () => number;
}

export const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

export const actionsBlocks = (elements: readonly SlackButton[]): KnownBlock[] =>
  chunks(elements, limits.ACTIONS_ELEMENTS).map((some) => ({ type: 'actions', elements: some }));

/** The buttons, and a line for each whose action Slack cannot carry: a card never fails for one of its buttons. */
export function buttonBlocks(buttons: readonly Button[], counter: Counter): KnownBlock[] {
  const made = buttons.map((button) => slackButton(button, counter));
  const missing = buttons.filter((_, index) => made[index] === undefined);
  return [
    ...actionsBlocks(made.filter((button) => button !== undefined)),
    ...missing.map(({ label }): KnownBlock => {
      const text = `"${label}" holds more text than a Slack button can carry. Shorten what was typed and try again.`;
      return { type: 'context', elements: [plain(text, limits.SECTION)] };
    }),
  ];
}

export const linkButton = (
  { label, url }: { label: string; url: string },
  { next }: Counter,
): SlackButton => ({
  type: 'button',
  action_id: `link:${next()}`,
  text: plain(label, limits.BUTTON_TEXT),
  url,
});

export function slackButton(button: Button, { next }: Counter): SlackButton | undefined {
  const value = encoded(button.action);
  if (value === undefined) return undefined;
  const style = button.style ? { style: button.style } : {};
  return {
    type: 'button',
    action_id: `act:${next()}`,
    text: plain(button.label, limits.BUTTON_TEXT),
    value,
    ...style,
    ...(button.says ? { accessibility_label: plain(button.says, limits.ACCESSIBILITY_LABEL).text } : {}),
    ...(button.confirm
      ? {
          confirm: {
            title: plain(button.confirm.title, limits.CONFIRM_TITLE),
            text: plain(button.confirm.text, limits.CONFIRM_TEXT),
            confirm: plain(button.confirm.yes, limits.CONFIRM_BUTTON),
            deny: plain('Back', limits.CONFIRM_BUTTON),
            ...style,
          },
        }
      : {}),
  };
}

function encoded(action: Action): string | undefined {
  try {
    return encodeAction(action, limits.BUTTON_VALUE);
  } catch (error) {
    if (error instanceof ActionTooLong) return undefined;
    throw error;
  }
}

type Choose = Extract<Block, { kind: 'choose' }>;

/** A select, or a row with a button for each option where the options' actions are too long for a select. */
export function chooser(
  { label, options }: Choose,
  counter: Counter,
  rowOf: (row: Row) => KnownBlock[],
): Part {
  const shown = options.slice(0, limits.OPTIONS);
  const id = `choose:${counter.next()}:`;
  const room = limits.ID - id.length;
  const actions = shown.map(({ action }) => action);
  const choices = encodeChoices(actions, room, limits.OPTION_VALUE);
  const text = plain(label, limits.SECTION);
  if (!choices) {
    const rows = options.map(({ label: name, description, action }) => {
      const button = { label: 'Choose', says: `Choose ${name}`, action };
      return {
        blocks: rowOf({ text: name, ...(description ? { detail: description } : {}), buttons: [button] }),
        count: 1,
      };
    });
    return { pieces: [{ blocks: [{ type: 'section', text }], count: 0 }, ...rows] };
  }
  const select: KnownBlock = {
    type: 'section',
    text,
    accessory: {
      type: 'static_select',
      action_id: `${id}${encodeAction(choices.base, room)}`,
      placeholder: plain('Choose', limits.PLACEHOLDER),
      options: shown.map((option, index) => ({
        text: plain(option.label, limits.OPTION_TEXT),
        value: choices.values[index] ?? '{}',
        ...(option.description ? { description: plain(option.description, limits.OPTION_TEXT) } : {}),
      })),
    },
  };
  return { ...onePiece(select), hidden: options.length - shown.length };
}
