import type { Action, Block, Button, Inline, Text } from './card.ts';

export const act = (command: string, args: Record<string, string> = {}): Action => ({ command, args });

export const button = (
  label: string,
  action: Action,
  more: Omit<Button, 'label' | 'action'> = {},
): Button => ({
  label,
  action,
  ...more,
});

/** The same list from where this page ended. */
export const nextPage = (action: Action, next: string | undefined): Block[] =>
  next === undefined
    ? []
    : [
        {
          kind: 'buttons',
          buttons: [button('Next page', { ...action, args: { ...action.args, after: next } })],
        },
      ];

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** ` until …` for what has an end, nothing for what has none. */
export const until = (end: Date | null | undefined): Inline[] =>
  end ? [' until ', { time: end, style: 'time' }] : [];

export const text = (...parts: readonly (Inline | readonly Inline[])[]): Text => parts.flat();

/** A role as people read it. */
export const roleName = (role: string | null | undefined): string => role ?? 'no organization role';

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
