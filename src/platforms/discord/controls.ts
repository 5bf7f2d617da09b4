import {
  type APIButtonComponent,
  type APIComponentInContainer,
  type APISelectMenuOption,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { StoredAction } from '../../core/delivery/stored-actions.ts';
import type { Block, Button, Row } from '../../views/card.ts';
import type { Part } from '../fit.ts';
import { encode, type Pressable } from './action.ts';
import * as limits from './limits.ts';
import { line, plain } from './text.ts';

export type Piece = APIComponentInContainer;

/** Counts the controls of one drawing, whose ids must differ, and keeps what they could not carry. */
export interface Controls {
  next: () => string;
  store: (stored: StoredAction) => void;
}

export const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

export const text = (content: string): Piece => ({ type: ComponentType.TextDisplay, content });

const STYLES = { primary: ButtonStyle.Success, danger: ButtonStyle.Danger } as const;

const pressableOf = ({ action, confirm, style }: Button): Pressable => ({
  action,
  ...(confirm ? { confirm: { ...confirm, ...(style === 'danger' ? { danger: true } : {}) } } : {}),
});

export const discordButton = (button: Button, { next, store }: Controls): APIButtonComponent => ({
  type: ComponentType.Button,
  style: button.style ? STYLES[button.style] : ButtonStyle.Secondary,
  label: plain(button.label, limits.BUTTON_LABEL),
  custom_id: encode(pressableOf(button), `${next()}.`, store),
});

export const buttonRows = (buttons: readonly APIButtonComponent[]): Piece[] =>
  chunks(buttons, limits.BUTTONS_IN_ROW).map((components) => ({ type: ComponentType.ActionRow, components }));

export const linkButton = ({ label, url }: { label: string; url: string }): APIButtonComponent => ({
  type: ComponentType.Button,
  style: ButtonStyle.Link,
  label: plain(label, limits.BUTTON_LABEL),
  url,
});

interface Option {
  label: string;
  description?: string | undefined;
  pressable: Pressable;
}

/** Selects of 25 options each: pressing one does what it says. */
export function selects(label: string, options: readonly Option[], controls: Controls): Piece[] {
  const made = new Map<string, APISelectMenuOption>();
  for (const { label: name, description, pressable } of options) {
    const value = encode(pressable, '', controls.store);
    made.set(value, {
      label: plain(name, limits.OPTION_TEXT),
      value,
      ...(description ? { description: plain(description, limits.OPTION_TEXT) } : {}),
    });
  }
  const lists = chunks([...made.values()], limits.OPTIONS);
  return lists.map((some) => ({
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: `choose${controls.next()}`,
        placeholder: plain(
          lists.length > 1 ? `${label}: ${some[0]?.label} to ${some.at(-1)?.label}` : label,
          limits.PLACEHOLDER,
        ),
        options: some,
      },
    ],
  }));
}

export function chooser(
  { label, options }: Extract<Block, { kind: 'choose' }>,
  controls: Controls,
): Part<Piece> {
  const given = options.map(({ action, ...option }) => ({ ...option, pressable: { action } }));
  const lists = selects('Choose', given, controls);
  return {
    kept: true,
    pieces: lists.map((select, index) => ({
      blocks: index === 0 ? [text(`**${line(label, limits.TITLE)}**`), select] : [select],
      count: Math.min(limits.OPTIONS, options.length - index * limits.OPTIONS),
    })),
  };
}

/** What the buttons of many rows become where there is no room for a button beside each. */
export const rowSelects = (rows: readonly Row[], controls: Controls): Piece[] =>
  selects(
    'Choose',
    rows.flatMap((row) =>
      (row.buttons ?? []).map((button) => ({
        label: button.says ?? `${button.label}: ${row.text}`,
        pressable: pressableOf(button),
      })),
    ),
    controls,
  );
