import { type Argument, cut, name, reading, refuse } from './argument.ts';

/** A channel as typed: a mention, or its id or `#name` as it is. */
export const channelId = (typed: string): string =>
  /^<#([A-Za-z0-9]+)(\|[^>]*)?>$/.exec(typed.trim())?.[1] ?? typed.trim();

/** `none` where that is taken as well. */
export const channel = (none = false): Argument<string> => ({
  label: 'Channel',
  short: 'Channel',
  required: true,
  input: { kind: 'channel' },
  schema: reading((text) => {
    const id = channelId(text);
    if (none && id.toLowerCase() === 'none') return 'none';
    if (/^#[^\s#<>]{1,100}$|^(?:[A-Z][A-Z0-9]{5,}|\d{15,21})$/.test(id)) return id;
    return refuse(`\`${cut(text)}\` is not a channel.`, 'Write it as #name, or mention it.');
  }),
});

/** One line whose meaning has a reader of its own; what that throws is said under the field. */
export const typed = (
  label: string,
  read: (text: string) => string,
  details: { short: string; hint?: string; placeholder?: string },
): Argument<string> => ({
  ...name(label, details),
  short: details.short,
  schema: reading(read),
});
