/** One word of a typed command: a bare value, or a value with its key; `quoted` ones are never keys. */
export interface Token {
  text: string;
  quoted: boolean;
}

export interface Tokens {
  tokens: Token[];
  /** A quote was opened and never closed. */
  unclosed: boolean;
}

const ESCAPES: readonly (readonly [RegExp, string])[] = [
  [/<mailto:([^|>]+)\|[^>]*>/g, '$1'],
  [/<mailto:([^>]+)>/g, '$1'],
  [/<@([A-Za-z0-9]+)\|[^>]*>/g, '<@$1>'],
  [/<#([A-Za-z0-9]+)\|[^>]*>/g, '<#$1>'],
  [/<(https?:[^|>]+)\|[^>]*>/g, '$1'],
  [/<(https?:[^>]+)>/g, '$1'],
  [/[“”„‟«»]/g, '"'],
  [/[‘’]/g, "'"],
  [/(^|\s)[—–](?=\p{L})/gu, '$1--'],
  [/[ \t\r\n]+/g, ' '],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&amp;/g, '&'],
];

/** What chats and phone keyboards make of typed text, undone: escapes, curly quotes, long dashes, line breaks. */
export const normalise = (text: string): string =>
  ESCAPES.reduce((typed, [from, to]) => typed.replace(from, to), text).trim();

/** Words at spaces; double quotes keep words together, inside a word too (`reason:"two words"`). */
export const tokenize = (text: string): Tokens => {
  const tokens: Token[] = [];
  let word = '';
  let started = false;
  let inQuotes = false;
  let quoted = false;
  const end = (): void => {
    if (started) tokens.push({ text: word, quoted });
    word = '';
    started = false;
    quoted = false;
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] ?? '';
    if (inQuotes && letter === '\\' && (text[i + 1] === '"' || text[i + 1] === '\\')) {
      word += text[++i];
    } else if (letter === '"') {
      if (!started) quoted = true;
      inQuotes = !inQuotes;
      started = true;
    } else if (letter === ' ' && !inQuotes) {
      end();
    } else {
      word += letter;
      started = true;
    }
  }
  end();
  return { tokens, unclosed: inQuotes };
};
