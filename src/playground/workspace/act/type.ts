import { deliverEvent } from '../deliver.ts';
import { activePerson, findPlace } from '../find.ts';
import { addMessage, sayAsClient } from '../say.ts';
import { stringOf } from '../shape.ts';
import { type Channel, type Delivery, type Message, type Person, personToken, type Site } from '../site.ts';
import { runCommand } from './command.ts';
import { escapeTyped } from './escape.ts';

export type Typed = { message?: Message; delivery?: Delivery };

/** A person types into a channel or a thread and presses Enter. */
export async function type(
  site: Site,
  who: string,
  where: string,
  text: string,
  options: { threadTs?: string } = {},
): Promise<Typed> {
  const person = activePerson(site, who);
  const channel = await findPlace(site, person, where);
  if (text.startsWith('/')) {
    const [command = '', ...words] = text.split(/[ \n]/);
    if (options.threadTs)
      return {
        message: sayAsClient(site, person, channel.id, `${command} is not supported in threads. Sorry!`),
      };
    if (command === '/invite') return invite(site, person, channel, words.join(' '));
    return runCommand(site, person, channel, command, text.slice(command.length).trim());
  }
  return post(site, person, channel, text, options.threadTs);
}

async function post(
  site: Site,
  person: Person,
  channel: Channel,
  typed: string,
  threadTs?: string,
): Promise<Typed> {
  const text = escapeTyped(site, typed, 'message');
  const posted = await site.call(
    'chat.postMessage',
    { channel: channel.id, text, ...(threadTs ? { thread_ts: threadTs } : {}) },
    personToken(person),
  );
  if (posted.ok !== true) throw new Error(`not posted: ${String(posted.error)}`);
  const message = addMessage(site, {
    channel: channel.id,
    ts: stringOf(posted.ts),
    author: person.id,
    text,
    blocks: [],
    ...(threadTs ? { threadTs } : {}),
  });
  if (!text.includes(`<@${site.app.userId}>`) || channel.kind === 'direct') return { message };
  if (!channel.members.has(site.app.userId)) {
    sayAsClient(
      site,
      person,
      channel.id,
      `${site.app.name} is not in this channel. Type /invite @${site.app.name.toLowerCase()} to add it.`,
    );
    return { message };
  }
  if (!site.manifest.scopes.includes('app_mentions:read')) return { message };
  const event = {
    type: 'app_mention',
    user: person.id,
    text,
    ts: message.ts,
    channel: channel.id,
    event_ts: message.ts,
    team: person.teamId,
    ...(threadTs ? { thread_ts: threadTs } : {}),
  };
  const delivery = await deliverEvent(site, event, channel.external ? { is_ext_shared_channel: true } : {});
  return { message, ...(delivery ? { delivery } : {}) };
}

async function invite(site: Site, person: Person, channel: Channel, text: string): Promise<Typed> {
  const name = text.trim().replace(/^@/, '').toLowerCase();
  const id =
    name === site.app.name.toLowerCase()
      ? site.app.userId
      : [...site.people.values()].find((one) => one.name === name)?.id;
  if (!id || channel.kind === 'direct')
    return { message: sayAsClient(site, person, channel.id, `Nobody called ${name} can be invited here.`) };
  await site.call('conversations.invite', { channel: channel.id, users: id }, personToken(person));
  channel.members.add(id);
  site.changed();
  return { message: sayAsClient(site, person, channel.id, `${name} was added to #${channel.name}.`) };
}
