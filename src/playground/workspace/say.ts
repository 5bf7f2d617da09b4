import { nameBlocks } from './blocks/check-view.ts';
import { randomId } from './ids.ts';
import { parsedOf, type Shape, shapesOf, stringOf } from './shape.ts';
import type { Message, Person, Site } from './site.ts';

let spoken = 0;

/** Ids of what the server never keeps. The leading 9 sets them apart from the emulator's. */
const passingTs = (): string =>
  `${Math.floor(Date.now() / 1000)}.9${String(++spoken % 100_000).padStart(5, '0')}`;

export function addMessage(site: Site, message: Message): Message {
  site.messages.push(message);
  site.changed();
  return message;
}

/** Takes over text and blocks as the app sent them. Blocks that are not sent stay as they were; `[]` removes them. */
export function rewrite(message: Message, args: Shape): void {
  if (args.text !== undefined) message.text = stringOf(args.text);
  if (args.blocks !== undefined)
    message.blocks = nameBlocks(shapesOf(parsedOf(args.blocks)), () => randomId(''));
}

/** Shows a message to one person alone. It lives in the client and nowhere else. */
export function sayEphemeral(
  site: Site,
  to: { person: string; channel: string; threadTs?: string; answers?: string; author?: string; ts?: string },
  args: Shape,
): Message {
  const message: Message = {
    channel: to.channel,
    ts: to.ts ?? passingTs(),
    author: to.author ?? site.app.userId,
    text: '',
    blocks: [],
    onlyFor: to.person,
    ...(to.threadTs ? { threadTs: to.threadTs } : {}),
    ...(to.answers ? { answers: to.answers } : {}),
  };
  rewrite(message, args);
  return addMessage(site, message);
}

/** What Slack's own client tells a person, such as that a command failed. */
export const sayAsClient = (
  site: Site,
  person: Person,
  channel: string,
  text: string,
  answers?: string,
): Message =>
  sayEphemeral(
    site,
    { person: person.id, channel, author: 'slackbot', ...(answers ? { answers } : {}) },
    { text },
  );
