import {
  type APIGuildMember,
  type APIUser,
  ChannelType,
  GuildMemberFlags,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import type { Shape } from './shape.ts';
import { snowflake } from './snowflake.ts';

export interface PersonSeed {
  name: string;
  realName?: string;
  /** Manages the guild. */
  admin?: boolean;
  bot?: boolean;
  flags?: GuildMemberFlags;
  /** Takes no direct messages. */
  closed?: boolean;
  /** Is no member of the first guild. */
  elsewhere?: boolean;
}

export interface ChannelSeed {
  name: string;
  /** What the app may do there; everything where nothing is said. */
  app?: 'nothing' | 'read';
}

export interface Person extends PersonSeed {
  user: APIUser;
}

export interface Guild {
  id: string;
  name: string;
  members: Map<string, Person>;
}

export interface Channel {
  id: string;
  name: string;
  guild?: Guild;
  /** Whose direct messages with the app these are. */
  recipient?: Person;
  app: 'everything' | 'nothing' | 'read';
}

export interface StoredFile {
  id: string;
  name: string;
  type: string;
  description?: string;
  bytes: Uint8Array;
}

export interface Message {
  id: string;
  channel: Channel;
  components: Shape[];
  content: string;
  flags: number;
  files: StoredFile[];
  allowedMentions: Shape | undefined;
  /** Came as an answer to an interaction, so that the closed rules for webhooks hold. */
  answers: boolean;
  /** The press that it answers, and the message that was pressed. */
  press?: { id: string; message: string; person: Person };
  /** The only person who sees it. */
  ephemeralFor?: string;
  /** Still says "is thinking…". */
  waiting: boolean;
  createdAt: number;
  editedAt?: number;
  nonce?: string;
}

/** A window in front of somebody. */
export interface Modal {
  id: string;
  title: string;
  customId: string;
  components: Shape[];
  channel: Channel;
  /** The message whose control opened it. */
  message?: Message;
}

export interface Site {
  app: { id: string; user: APIUser; token: string };
  guilds: Map<string, Guild>;
  people: Map<string, Person>;
  channels: Map<string, Channel>;
  messages: Message[];
  modals: Map<string, Modal>;
  /** Every registration, under its guild's id or `global`. */
  commands: Map<string, Shape[]>;
  /** How many more edits of messages older than an hour are taken. */
  oldEdits: number;
  changed(): void;
  onChange(listener: () => void): () => void;
}

const userOf = (seed: PersonSeed): APIUser => ({
  id: snowflake(),
  username: seed.name,
  discriminator: '0',
  global_name: seed.realName ?? null,
  avatar: null,
  ...(seed.bot ? { bot: true } : {}),
});

export function createSite(seed: {
  guild: string;
  people: readonly PersonSeed[];
  channels: readonly ChannelSeed[];
}): Site {
  const listeners = new Set<() => void>();
  const applicationId = snowflake();
  const user: APIUser = {
    id: applicationId,
    username: 'Rollcall',
    discriminator: '0001',
    global_name: null,
    avatar: null,
    bot: true,
  };
  const site: Site = {
    app: {
      id: applicationId,
      user,
      token: `${Buffer.from(applicationId).toString('base64url')}.Gtests.${'k'.repeat(38)}`,
    },
    guilds: new Map(),
    people: new Map(),
    channels: new Map(),
    messages: [],
    modals: new Map(),
    commands: new Map(),
    oldEdits: Number.POSITIVE_INFINITY,
    changed: () => {
      for (const listener of [...listeners]) listener();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const guild = addGuild(site, seed.guild, seed.channels);
  for (const one of seed.people) {
    const person = { ...one, user: userOf(one) };
    site.people.set(one.name, person);
    if (!one.elsewhere) guild.members.set(person.user.id, person);
  }
  return site;
}

export function addGuild(site: Site, name: string, channels: readonly ChannelSeed[]): Guild {
  const guild: Guild = { id: snowflake(), name, members: new Map() };
  site.guilds.set(guild.id, guild);
  for (const { name: channelName, app = 'everything' } of channels) {
    const id = snowflake();
    site.channels.set(id, { id, name: channelName, guild, app });
  }
  return guild;
}

export function personById(site: Site, id: string): Person | undefined {
  return [...site.people.values()].find(({ user }) => user.id === id);
}

export function directChannel(site: Site, person: Person): Channel {
  const found = [...site.channels.values()].find(({ recipient }) => recipient === person);
  if (found) return found;
  const id = snowflake();
  const channel: Channel = { id, name: 'direct', recipient: person, app: 'everything' };
  site.channels.set(id, channel);
  return channel;
}

const ORDINARY =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.UseApplicationCommands;
const MANAGING = ORDINARY | PermissionFlagsBits.ManageGuild;

const NO_FLAGS: GuildMemberFlags = GuildMemberFlags.DidRejoin & 0;

export const permissionsOf = (person: Person): string => String(person.admin ? MANAGING : ORDINARY);

export const memberOf = (person: Person): APIGuildMember => ({
  user: person.user,
  nick: null,
  avatar: null,
  banner: null,
  roles: [],
  joined_at: '2026-01-05T09:00:00.000000+00:00',
  premium_since: null,
  deaf: false,
  mute: false,
  pending: false,
  flags: person.flags ?? NO_FLAGS,
  communication_disabled_until: null,
});

export const channelPayload = (channel: Channel) =>
  channel.guild
    ? {
        id: channel.id,
        type: ChannelType.GuildText as const,
        guild_id: channel.guild.id,
        name: channel.name,
        position: 0,
        permission_overwrites: [],
        nsfw: false,
        topic: null,
        parent_id: null,
        rate_limit_per_user: 0,
        last_message_id: null,
        permissions: String(MANAGING),
        flags: 0,
      }
    : {
        id: channel.id,
        type: ChannelType.DM as const,
        last_message_id: null,
        flags: 0,
        recipients: channel.recipient ? [channel.recipient.user] : [],
      };
