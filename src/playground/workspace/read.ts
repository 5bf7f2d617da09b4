import { callEmulator } from './emulator.ts';
import { activePerson, findPerson, findPlace, maySee } from './find.ts';
import { shownIn } from './pictures.ts';
import { type Channel, type Message, type Person, personToken, type Site, type View } from './site.ts';

const byAge = (a: Message, b: Message): number => Number(a.ts.split('.')[0]) - Number(b.ts.split('.')[0]);

/** What a person sees in a channel, oldest first; with `threadTs` a thread, its first message included. */
export async function messages(
  site: Site,
  who: string,
  where: string,
  options: { threadTs?: string } = {},
): Promise<Message[]> {
  const person = findPerson(site, who);
  const channel = await findPlace(site, person, where);
  return visible(site, person, channel).filter((message) =>
    options.threadTs
      ? message.ts === options.threadTs || message.threadTs === options.threadTs
      : !message.threadTs,
  );
}

export function visible(site: Site, person: Person, channel: Channel): Message[] {
  if (!maySee(channel, person)) return [];
  return site.messages
    .filter(
      (message) => message.channel === channel.id && (!message.onlyFor || message.onlyFor === person.id),
    )
    .sort(byAge);
}

/** The modals that a person has open; the last one is in front. */
export const modals = (site: Site, who: string): View[] => [
  ...(site.modals.get(findPerson(site, who).id) ?? []),
];

export const home = (site: Site, who: string): View | undefined => site.homes.get(findPerson(site, who).id);

/** The bytes of a posted file, for somebody who may see it. */
export async function readFileOf(
  site: Site,
  emulatorUrl: string,
  who: string,
  id: string,
): Promise<{ bytes: ArrayBuffer; type: string; name: string } | undefined> {
  const person = activePerson(site, who);
  const picture = site.uploads.get(id);
  const inSight = site.messages.some(({ channel, blocks }) => {
    const place = site.channels.get(channel);
    return place && maySee(place, person) && shownIn(blocks).includes(id);
  });
  if (picture && inSight) return { bytes: picture.bytes.buffer, type: picture.type, name: picture.name };
  const holder = site.messages.find((message) => message.files?.some((file) => file.id === id));
  const file = holder?.files?.find((item) => item.id === id);
  const channel = holder ? site.channels.get(holder.channel) : undefined;
  if (!file || !channel || !maySee(channel, person)) return undefined;
  const info = await callEmulator(emulatorUrl, 'files.info', { file: id }, personToken(person));
  const address = new URL(
    String((info.file as { url_private?: string } | undefined)?.url_private ?? 'invalid:'),
  );
  const answer = await fetch(emulatorUrl + address.pathname, {
    headers: { authorization: `Bearer ${personToken(person)}` },
  });
  return answer.ok ? { bytes: await answer.arrayBuffer(), type: file.type, name: file.name } : undefined;
}
