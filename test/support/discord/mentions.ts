import { flattened } from './check-components.ts';
import { shapeOf, stringOf } from './shape.ts';
import { type Message, personById, type Site } from './site.ts';

/** All text of a message that Discord looks for mentions in. */
export const wordsOf = (message: Pick<Message, 'content' | 'components'>): string =>
  [message.content, ...flattened(message.components).map(({ content }) => stringOf(content))].join('\n');

/**
 * Whom a message pings. Discord looks at the raw text, whatever is escaped or quoted in it, and then at
 * `allowed_mentions`; without these everybody in a message of the channel, and persons alone in an answer.
 */
export function pingsOf(site: Site, message: Message): string[] {
  const words = wordsOf(message);
  const { allowedMentions } = message;
  const open = message.answers ? ['users'] : ['users', 'roles', 'everyone'];
  const parse = allowedMentions ? listOf(allowedMentions.parse) : open;
  const named = listOf(shapeOf(allowedMentions).users);
  const roles = listOf(shapeOf(allowedMentions).roles);
  const users = [...words.matchAll(/<@!?(\d+)>/g)].map(([, id = '']) => id);
  const groups = [...words.matchAll(/<@&(\d+)>/g)].map(([, id = '']) => id);
  const many = [...words.matchAll(/@(everyone|here)/g)].map(([called]) => called);
  return [
    ...users
      .filter((id) => parse.includes('users') || named.includes(id))
      .map((id) => `@${personById(site, id)?.name ?? id}`),
    ...groups.filter((id) => parse.includes('roles') || roles.includes(id)).map(() => '@group'),
    ...(parse.includes('everyone') ? many : []),
  ];
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(stringOf) : []);
