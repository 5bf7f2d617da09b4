import type { Card } from '../views/card.ts';

/** One sentence of an adapter's own. */
export const note = (title: string, text: string): Card => ({
  kind: 'card',
  title,
  text,
  blocks: [{ kind: 'text', text }],
});

export const fileMissing = (why: string): Card =>
  note('The file was not sent', `The file was not sent. ${why}`);

/** Stands in place of buttons that somebody has pressed. */
export const WORKING_ON_IT = 'Working on it…';
