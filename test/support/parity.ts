import type { Seat } from './seat.ts';
import type { Shown } from './side.ts';

/** What somebody was answered, however their chat draws it: every word that is in it, and what can be pressed. */
export interface Content {
  words: string[];
  buttons: string[];
}

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:slack|discord)\b/gi, 'chat'],
  [/\b(?:U[0-9A-F]{8,}|\d{15,})\b/g, 'account'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'id'],
  [/\b[0-9a-f]{40,}\b/g, 'hash'],
  [/#[A-Za-z][\w-]*/g, 'channel'],
  [/rc_(?:org|usr|svc)_\w+/g, 'secret'],
  [/code:[A-Z2-9]{8}/g, 'code'],
  [/https?:\/\/\S+/g, 'address'],
  // A time is another one in the next minute, and a port is whatever was free.
  [/\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC)?/g, 'time'],
  [/\d+ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}(?:, \d\d:\d\d UTC)?/g, 'time'],
  [/…[0-9A-Za-z]{4}\b/g, 'end'],
  [/\d+/g, '#'],
];

/** `own` is what the chat says for itself. */
export const contentOf = ({ text, buttons, options }: Shown, own: readonly RegExp[]): Content => {
  const common = own.reduce((all, pattern) => all.replace(pattern, ''), text);
  const masked = MASKS.reduce((all, [pattern, word]) => all.replace(pattern, word), common);
  const words = masked.toLowerCase().match(/[\p{L}\p{N}#@/][\p{L}\p{N}#@/._:*-]*/gu) ?? [];
  return {
    words: [...new Set(words.map((word) => word.replace(/[.:]+$/, '')))].sort(),
    // One chat draws as a choice what another draws as buttons.
    buttons: [...new Set([...buttons.map(({ label }) => label), ...options])]
      .filter((label) => !own.some((pattern) => pattern.test(label)))
      .sort(),
  };
};

/** The same person, of whom it is kept what they see. */
export const listening = (seat: Seat, heard: (shown: Shown) => void): Seat => ({
  ...seat,
  sees: async (...wanted) => {
    const shown = await seat.sees(...wanted);
    heard(shown);
    return shown;
  },
});
