import { openDirect } from './direct.ts';
import { LANDLORD_TOKEN } from './emulator.ts';
import { stableId } from './ids.ts';
import { type Shape, shapesOf, stringOf } from './shape.ts';
import type { ChannelSeed, Person, PersonSeed, Site } from './site.ts';

const COLOURS = ['#3f7d6e', '#a3563b', '#5b6bb5', '#8a6d1f', '#8c4a7d', '#3a7ca5', '#6b7a2f', '#a0475a'];

export const personOf =
  (teamId: string) =>
  (seed: PersonSeed, index: number): Person => ({
    id: stableId('U', seed.name),
    name: seed.name,
    realName: seed.realName,
    email: seed.email,
    title: seed.title ?? '',
    colour: seed.colour ?? COLOURS[index % COLOURS.length] ?? '#555555',
    teamId: seed.teamId ?? teamId,
    admin: seed.admin ?? false,
    guest: seed.guest ?? 'no',
    bot: seed.bot ?? false,
    deleted: false,
  });

/** Fills a fresh emulator: pairs its ids with ours and makes people and the app members of their channels. */
export async function furnish(
  site: Site,
  people: readonly PersonSeed[],
  channels: readonly ChannelSeed[],
): Promise<void> {
  const landlord = async (method: string, args: Shape): Promise<Shape> => {
    const answer = await site.call(method, args, LANDLORD_TOKEN);
    if (answer.ok !== true && !/already_in_channel|not_in_channel/.test(stringOf(answer.error))) {
      throw new Error(`${method}: ${stringOf(answer.error)}`);
    }
    return answer;
  };
  for (const [index, seed] of people.entries()) {
    const person = personOf(site.team.id)(seed, index);
    site.people.set(person.id, person);
  }
  for (const user of shapesOf((await landlord('users.list', { limit: 1000 })).members)) {
    const person = [...site.people.values()].find(({ name }) => name === user.name);
    if (person) site.ids.pair(person.id, stringOf(user.id));
  }
  const listed = shapesOf(
    (await landlord('conversations.list', { limit: 1000, types: 'public_channel,private_channel' })).channels,
  );
  for (const seed of channels) {
    const id = stableId('C', seed.name);
    const theirs = stringOf(listed.find((channel) => channel.name === seed.name)?.id);
    site.ids.pair(id, theirs);
    const inside = [...site.people.values()]
      .filter((person) => seed.members?.includes(person.name) ?? true)
      .map((person) => person.id);
    const members = new Set([...inside, ...(seed.app === false ? [] : [site.app.userId])]);
    const kind = seed.private ? 'private' : 'public';
    site.channels.set(id, {
      id,
      name: seed.name,
      topic: seed.topic ?? '',
      kind,
      external: seed.external ?? false,
      members,
    });
    for (const member of members) await landlord('conversations.invite', { channel: id, users: member });
    for (const person of site.people.values()) {
      if (!members.has(person.id)) await landlord('conversations.kick', { channel: id, user: person.id });
    }
  }
  for (const person of site.people.values()) await openDirect(site, person, site.app.userId);
}
