import { readFile, rename, writeFile } from 'node:fs/promises';
import { openDirect } from './direct.ts';
import { loadPictures, picturesOf } from './pictures.ts';
import { isShape, type Shape, shapesOf, stringOf } from './shape.ts';
import { type Message, personToken, type Site } from './site.ts';

const VERSION = 1;
/** Each is said again at start, so that there must be an end to them. */
const MOST_KEPT = 500;

/** What survives a restart: what was said, and who is in which channel. What only a client shows, and files, do not. */
async function saveSite(site: Site, file: string): Promise<void> {
  const messages = site.messages.filter((message) => !message.onlyFor && !message.files).slice(-MOST_KEPT);
  const kept = {
    version: VERSION,
    messages,
    pictures: picturesOf(site, messages),
    direct: [...site.channels.values()]
      .filter(({ kind }) => kind === 'direct')
      .map(({ members }) => [...members]),
    joined: [...site.channels.values()]
      .filter(({ members }) => members.has(site.app.userId))
      .map(({ id }) => id),
    deleted: [...site.people.values()].filter(({ deleted }) => deleted).map(({ id }) => id),
  };
  await writeFile(`${file}.new`, JSON.stringify(kept));
  await rename(`${file}.new`, file);
}

/** Saves one after the other: two at once would take each other's draft away, and the older could end up on top. */
export function keepSite(site: Site, file: string): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.catch(() => undefined).then(() => saveSite(site, file));
    return last;
  };
}

/** Says everything again to a fresh emulator, each message by its own author, so that old message ids keep working. */
export async function loadSite(site: Site, file: string): Promise<void> {
  const kept = await readKept(file);
  if (kept.version !== VERSION) return;
  for (const id of shapelessOf(kept.deleted)) {
    const person = site.people.get(id);
    if (person) person.deleted = true;
  }
  for (const pair of Array.isArray(kept.direct) ? kept.direct : []) {
    const [one, other] = shapelessOf(pair).sort((a) => (site.people.has(a) ? -1 : 1));
    const person = site.people.get(one ?? '');
    if (person && other) await openDirect(site, person, other);
  }
  loadPictures(site, kept.pictures);
  for (const stored of shapesOf(kept.messages)) await repost(site, stored);
}

const shapelessOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

async function readKept(file: string): Promise<Shape> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isShape(kept) ? kept : {};
  } catch {
    return {};
  }
}

async function repost(site: Site, stored: Shape): Promise<void> {
  const threadTs = stringOf(stored.threadTs);
  const message: Message = {
    channel: stringOf(stored.channel),
    ts: stringOf(stored.ts),
    author: stringOf(stored.author),
    text: stringOf(stored.text),
    blocks: shapesOf(stored.blocks),
    ...(threadTs ? { threadTs } : {}),
    ...(stored.edited === true ? { edited: true } : {}),
    ...(stored.answers ? { answers: stringOf(stored.answers) } : {}),
  };
  const author = site.people.get(message.author);
  const posted = await site.call(
    'chat.postMessage',
    {
      channel: message.channel,
      text: message.text,
      blocks: message.blocks,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    },
    author ? personToken(author) : site.app.token,
  );
  if (posted.ok !== true) return;
  site.ids.pair(message.ts, stringOf(posted.ts));
  site.messages.push(message);
}
