import { openDirect } from '../direct.ts';
import { LANDLORD, SPARE_CHANNEL } from '../emulator.ts';
import { userOutput } from '../payload.ts';
import { isShape, type Shape, shapeOf, shapesOf, stringOf } from '../shape.ts';
import type { Site } from '../site.ts';
import type { Gate } from './gate.ts';

/** The emulator knows neither guests, nor strangers, nor deactivated people; whether an address is shown it does know. */
function described(site: Site, user: Shape): Shape {
  const person = site.people.get(stringOf(user.id));
  if (!person) return user;
  const full = userOutput(site, person);
  const { email, ...profile } = shapeOf(full.profile);
  return { ...full, profile: shapeOf(user.profile).email ? { ...profile, email } : profile };
}

export const userInfo: Gate = {
  keep: (site, _args, answer) => ({ ...answer, user: described(site, shapeOf(answer.user)) }),
};

export const lookupByEmail: Gate = {
  refuse: (site, args) =>
    [...site.people.values()].some((person) => person.email === args.email && person.deleted)
      ? { error: 'users_not_found' }
      : undefined,
  keep: userInfo.keep,
};

export const listUsers: Gate = {
  keep: (site, _args, answer) => ({
    ...answer,
    members: shapesOf(answer.members)
      .filter((user) => user.id !== LANDLORD)
      .map((user) => described(site, user)),
  }),
};

const shared = (site: Site, channel: unknown): unknown =>
  isShape(channel)
    ? { ...channel, is_ext_shared: site.channels.get(stringOf(channel.id))?.external === true }
    : channel;

export const channelInfo: Gate = {
  keep: (site, _args, answer) => ({ ...answer, channel: shared(site, answer.channel) }),
};

export const listChannels: Gate = {
  keep: (site, _args, answer) => ({
    ...answer,
    channels: shapesOf(answer.channels)
      .filter((channel) => channel.id !== SPARE_CHANNEL)
      .map((channel) => shared(site, channel)),
  }),
};

export const openConversation: Gate = {
  refuse: (site, args) =>
    site.people.get(stringOf(args.users))?.deleted ? { error: 'user_disabled' } : undefined,
  async alter(site, args) {
    const person = site.people.get(stringOf(args.users));
    if (person && site.manifest.scopes.includes('im:write')) await openDirect(site, person, site.app.userId);
    return args;
  },
};

export const listMembers: Gate = {
  keep: (_site, _args, answer) => ({
    ...answer,
    members: (Array.isArray(answer.members) ? answer.members : []).filter((id) => id !== LANDLORD),
  }),
};
