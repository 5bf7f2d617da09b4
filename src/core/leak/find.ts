import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { type ParsedToken, parseToken } from '../token/text.ts';

/** A secret that somebody wrote where others may read it: where it stands in the text, and of what kind it is. */
export interface Leak {
  from: number;
  to: number;
  kind: string;
  /** Set for a token of ours that may still work. */
  token?: ParsedToken;
}

const RULES = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] };
const RULE = /^@secretlint\/secretlint-rule-/;
/** No secret of any kind is shorter. */
const SHORTEST = 12;

/** What the library's rules do not know: our own tokens and links, and tokens of bots. */
const OURS: readonly { kind: string; pattern: RegExp }[] = [
  { kind: 'token of Rollcall', pattern: /rc_(?:org|usr|svc)_[0-9A-Za-z]{71}/g },
  { kind: 'link of Rollcall', pattern: /[\w-]{22}\.[\w-]{43}/g },
  { kind: 'bot token', pattern: /[MNO][\w-]{23,27}\.[\w-]{6,7}\.[\w-]{27,40}/g },
];

const ours = (text: string): Leak[] =>
  OURS.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map((match): Leak => {
      const token = parseToken(match[0]);
      return { from: match.index, to: match.index + match[0].length, kind, ...(token ? { token } : {}) };
    }),
  );

/** The secrets in a text, from its beginning to its end; none of them overlaps another. */
export const findLeaks = async (text: string): Promise<Leak[]> => {
  if (text.length < SHORTEST) return [];
  const { messages } = await lintSource({
    source: { filePath: 'text.txt', content: text, contentType: 'text', ext: '.txt' },
    options: { config: RULES },
  });
  // A rule's message quotes the secret: its name alone goes on from here.
  const known = messages.map(
    ({ range: [from, to], ruleId }): Leak => ({ from, to, kind: ruleId.replace(RULE, '') }),
  );
  const sorted = [...ours(text), ...known].sort((a, b) => a.from - b.from || b.to - a.to);
  return sorted.filter((leak, i) => sorted.slice(0, i).every((earlier) => earlier.to <= leak.from));
};

export const REMOVED = '[secret removed]';

/** The text without what was found in it. */
export const withoutLeaks = (text: string, leaks: readonly Leak[]): string => {
  const parts = leaks.map(({ from }, i) => text.slice(leaks[i - 1]?.to ?? 0, from) + REMOVED);
  return parts.join('') + text.slice(leaks.at(-1)?.to ?? 0);
};
