import { findChannel } from './api/gate.ts';
import { openDirect } from './direct.ts';
import type { Channel, Message, Person, Site, View } from './site.ts';

/** A person by id or name, who is still there to act. */
export function findPerson(site: Site, who: string): Person {
  const person = site.people.get(who) ?? [...site.people.values()].find(({ name }) => name === who);
  if (!person) throw new Error(`nobody is called ${who}`);
  return person;
}

export function activePerson(site: Site, who: string): Person {
  const person = findPerson(site, who);
  if (person.deleted) throw new Error(`${person.realName} is deactivated and cannot do anything here`);
  return person;
}

/** A channel by id or name; `app` is the person's direct message with the app, `@name` the one with somebody else. */
export async function findPlace(site: Site, person: Person, where: string): Promise<Channel> {
  if (where === 'app') return openDirect(site, person, site.app.userId);
  if (where.startsWith('@')) return openDirect(site, person, findPerson(site, where.slice(1)).id);
  const channel = findChannel(site, where);
  if (!channel || !maySee(channel, person)) throw new Error(`${person.realName} sees no channel ${where}`);
  return channel;
}

export const maySee = (channel: Channel, person: Person): boolean =>
  channel.kind === 'public' || channel.members.has(person.id);

export function findMessage(site: Site, person: Person, channelId: string, ts: string): Message {
  const channel = site.channels.get(channelId);
  const message = site.messages.find((item) => item.channel === channelId && item.ts === ts);
  const visible = channel && maySee(channel, person) && (!message?.onlyFor || message.onlyFor === person.id);
  if (!message || !visible) throw new Error(`${person.realName} sees no message ${ts}`);
  return message;
}

/** An open modal, or the person's Home. */
export function findView(site: Site, person: Person, viewId: string): View {
  const home = site.homes.get(person.id);
  const view =
    (home?.id === viewId ? home : undefined) ?? site.modals.get(person.id)?.find(({ id }) => id === viewId);
  if (!view) throw new Error(`${person.realName} has no view ${viewId} open`);
  return view;
}
