import type { Site } from '../site.ts';

const THING =
  /(?<url>https?:\/\/[^\s<>|]+)|(?<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?<![\w.])@(?<person>[\w.-]+)|(?<![\w&])#(?<channel>[\w-]+)/g;

const plain = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What the client makes of typed text. In commands, names stand beside ids; in messages, ids stand alone. */
export function escapeTyped(site: Site, text: string, kind: 'command' | 'message'): string {
  let from = 0;
  let escaped = '';
  for (const match of text.matchAll(THING)) {
    escaped += plain(text.slice(from, match.index)) + link(site, match, kind);
    from = match.index + match[0].length;
  }
  return escaped + plain(text.slice(from));
}

function link(site: Site, match: RegExpExecArray, kind: 'command' | 'message'): string {
  const { url, mail, person, channel } = match.groups ?? {};
  if (url) return `<${plain(url)}>`;
  if (mail) return `<mailto:${mail}|${mail}>`;
  if (person) {
    const name = person.toLowerCase();
    const id =
      name === site.app.name.toLowerCase()
        ? site.app.userId
        : [...site.people.values()].find((one) => one.name === name)?.id;
    return id ? (kind === 'command' ? `<@${id}|${name}>` : `<@${id}>`) : match[0];
  }
  const id = [...site.channels.values()].find((one) => one.kind !== 'direct' && one.name === channel)?.id;
  return id ? `<#${id}|${channel}>` : match[0];
}
