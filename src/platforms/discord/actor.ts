import {
  type APIInteraction,
  type APIUser,
  GuildMemberFlags,
  PermissionFlagsBits,
  type REST,
  Routes,
} from 'discord.js';
import type { Interaction, Profile } from '../../commands/interaction.ts';
import type { AccountRef } from '../../core/context.ts';
import { oneLine } from '../visible.ts';
import { discordCode, toPlatformError } from './client.ts';

/** Who acts, and where: out of what the gateway delivers and nothing else. */
export interface DiscordActor {
  /** The same person in every server: the server is where they act, and no part of who they are. */
  account: AccountRef;
  name: string;
  bot: boolean;
  guildId: string | undefined;
  managesGuild: boolean;
}

const MANAGING = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator;

type Acting = Pick<APIInteraction, 'user' | 'member' | 'guild_id'>;

/** @throws where a payload names nobody, which Discord never sends */
export function actorOf(payload: Acting): DiscordActor {
  const user = payload.member?.user ?? payload.user;
  if (!user) throw new Error('An interaction names nobody');
  const permissions = BigInt(payload.member?.permissions ?? 0);
  return {
    account: { platform: 'discord', workspaceId: '', externalId: user.id },
    name: nameOf(user),
    bot: user.bot === true,
    guildId: payload.guild_id,
    managesGuild: payload.guild_id !== undefined && (permissions & MANAGING) !== 0n,
  };
}

/**
 * Whether the application itself is in the server: somebody who has installed it for themselves alone carries it into
 * any server and any direct message. https://docs.discord.com/developers/resources/application#installation-context
 */
export const isInstalledHere = (
  payload: Pick<APIInteraction, 'guild_id' | 'authorizing_integration_owners'>,
): boolean =>
  payload.guild_id !== undefined && payload.authorizing_integration_owners?.[0] === payload.guild_id;

const nameOf = (user: APIUser): string => oneLine(user.global_name ?? user.username) || user.id;

/** The same as the commands take it. Of whoever acts the payload says all that Discord knows. */
export const whoAsks = (
  payload: Acting,
  actor: DiscordActor,
  profiles: (externalId: string) => Promise<Profile>,
): Pick<Interaction, 'account' | 'actsIn' | 'profile'> => ({
  account: actor.account,
  actsIn: actor.guildId ?? '',
  profile: async (id) => {
    if (id !== actor.account.externalId) return profiles(id);
    const guest = ((payload.member?.flags ?? 0) & GuildMemberFlags.IsGuest) !== 0;
    const refused = actor.bot ? 'bot' : guest ? 'guest' : undefined;
    return { name: actor.name, ...(refused ? { refused } : {}) };
  },
});

const FRESH_FOR = 60_000;
const REMEMBERED = 5_000;

/** Asks Discord who somebody is. What Discord does not answer is thrown, never guessed. It tells no address. */
export function createProfiles(
  rest: REST,
  now: () => number = Date.now,
): (externalId: string) => Promise<Profile> {
  const known = new Map<string, { at: number; profile: Profile }>();
  return async (externalId) => {
    const found = known.get(externalId);
    if (found && now() - found.at < FRESH_FOR) return found.profile;
    const profile = await ask(rest, externalId);
    if (known.size >= REMEMBERED) known.clear();
    known.set(externalId, { at: now(), profile });
    return profile;
  };
}

async function ask(rest: REST, externalId: string): Promise<Profile> {
  if (!/^\d{15,21}$/.test(externalId)) return { name: externalId, refused: 'gone' };
  try {
    const user = (await rest.get(Routes.user(externalId))) as APIUser;
    return { name: nameOf(user), ...(user.bot ? { refused: 'bot' as const } : {}) };
  } catch (error) {
    if (discordCode(error) === UNKNOWN_USER) return { name: externalId, refused: 'gone' };
    throw toPlatformError(error);
  }
}

const UNKNOWN_USER = 10013;
