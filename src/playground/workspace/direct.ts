import { stableId } from './ids.ts';
import { shapeOf, stringOf } from './shape.ts';
import { type Channel, type Person, personToken, type Site } from './site.ts';

/** The direct message between a person and somebody else, the app included; opened where there is none yet. */
export async function openDirect(site: Site, person: Person, otherId: string): Promise<Channel> {
  const id = stableId('D', [person.id, otherId].sort().join());
  const open = site.channels.get(id);
  if (open) return open;
  const answer = await site.call('conversations.open', { users: otherId }, personToken(person));
  const theirs = stringOf(shapeOf(answer.channel).id);
  if (!theirs) throw new Error(`no direct message: ${String(answer.error)}`);
  const channel: Channel = {
    id,
    name: id,
    topic: '',
    kind: 'direct',
    external: false,
    members: new Set([person.id, otherId]),
  };
  site.ids.pair(id, theirs);
  site.channels.set(id, channel);
  return channel;
}
