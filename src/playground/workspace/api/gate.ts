import type { Refusal } from '../blocks/check-message.ts';
import { type Shape, stringOf } from '../shape.ts';
import type { Channel, Site } from '../site.ts';

/** What the emulator lets through and Slack would not, and what we remember of a call that went well. */
export type Gate = {
  /** Looks at a call first; a refusal ends it there. */
  refuse?: (site: Site, args: Shape) => Refusal | undefined | Promise<Refusal | undefined>;
  /** The call as the emulator shall see it. */
  alter?: (site: Site, args: Shape) => Shape | Promise<Shape>;
  /** The emulator's own method, where it is another one. */
  as?: string;
  /** Remembers what the call changed; may better the answer. */
  keep?: (site: Site, args: Shape, answer: Shape) => Shape | undefined | Promise<Shape | undefined>;
};

export function findChannel(site: Site, value: unknown): Channel | undefined {
  const name = stringOf(value).replace(/^#/, '');
  return (
    site.channels.get(name) ??
    [...site.channels.values()].find((channel) => channel.kind !== 'direct' && channel.name === name)
  );
}

export const appIsIn = (site: Site, channel: Channel): boolean => channel.members.has(site.app.userId);

/** Private channels do not exist for those who are not in them. */
export function refuseChannel(site: Site, args: Shape, anywherePublic: boolean): Refusal | undefined {
  const channel = findChannel(site, args.channel);
  if (!channel) return { error: 'channel_not_found' };
  if (appIsIn(site, channel)) return undefined;
  if (channel.kind !== 'public') return { error: 'channel_not_found' };
  return anywherePublic && site.manifest.scopes.includes('chat:write.public')
    ? undefined
    : { error: 'not_in_channel' };
}
