import type { WebClient } from '@slack/web-api';
import type { Profile } from '../../commands/interaction.ts';
import type { AccountRef } from '../../core/context.ts';
import { slackError, toPlatformError } from './client.ts';
import { oneLine } from './text.ts';

/** The one workspace that this bot token belongs to. */
export interface Installed {
  teamId: string;
  teamName: string;
  enterpriseId: string | undefined;
  botUserId: string;
  botId: string | undefined;
}

/** Who acts, out of the signed payload and nothing else. */
export interface SlackActor {
  account: AccountRef;
  name: string;
  /** Of another company: their account is their own workspace's, and never one of ours. */
  foreign: boolean;
}

interface Signed {
  userId: string;
  name: string | undefined;
  teamId: string | null | undefined;
  /** The workspace that the person belongs to; differs from the team in channels shared with another company. */
  userTeamId?: string | undefined;
  enterpriseId?: string | null | undefined;
}

export function actorOf(signed: Signed, installed: Installed): SlackActor {
  const inGrid = installed.enterpriseId !== undefined && signed.userTeamId === installed.enterpriseId;
  const own = inGrid ? installed.teamId : (signed.userTeamId ?? signed.teamId ?? 'unknown');
  const otherEnterprise =
    Boolean(signed.enterpriseId) &&
    installed.enterpriseId !== undefined &&
    signed.enterpriseId !== installed.enterpriseId;
  const foreign = own !== installed.teamId || (signed.teamId ?? own) !== installed.teamId || otherEnterprise;
  return {
    account: { platform: 'slack', workspaceId: own, externalId: signed.userId },
    name: oneLine(signed.name ?? '') || signed.userId,
    foreign,
  };
}

const FRESH_FOR = 60_000;
const REMEMBERED = 5_000;

export interface Profiles {
  of: (externalId: string) => Promise<Profile>;
  forget: (externalId: string) => void;
}

/** Asks Slack who somebody is right now. What Slack does not answer is thrown, never guessed. */
export function createProfiles(
  client: WebClient,
  installed: () => Installed,
  now: () => number = Date.now,
): Profiles {
  const known = new Map<string, { at: number; profile: Profile }>();
  return {
    async of(externalId) {
      const found = known.get(externalId);
      if (found && now() - found.at < FRESH_FOR) return found.profile;
      const profile = await ask(client, externalId, installed());
      if (known.size >= REMEMBERED) known.clear();
      known.set(externalId, { at: now(), profile });
      return profile;
    },
    forget: (externalId) => known.delete(externalId),
  };
}

async function ask(client: WebClient, externalId: string, installed: Installed): Promise<Profile> {
  try {
    const { user } = await client.users.info({ user: externalId });
    if (!user) return { name: externalId, refused: 'gone' };
    const name = oneLine(user.profile?.display_name || user.real_name || user.name || '') || externalId;
    const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])];
    if (user.is_stranger || !teams.includes(installed.teamId)) return { name, refused: 'foreign' };
    if (user.deleted) return { name, refused: 'gone' };
    if (user.is_bot || user.id === 'USLACKBOT') return { name, refused: 'bot' };
    const email = user.is_email_confirmed === true ? user.profile?.email : undefined;
    const guest = user.is_restricted || user.is_ultra_restricted;
    return { name, ...(email ? { email } : {}), ...(guest ? { refused: 'guest' as const } : {}) };
  } catch (error) {
    const code = slackError(error);
    if (code === 'user_not_found') return { name: externalId, refused: 'gone' };
    if (code === 'user_not_visible') return { name: externalId, refused: 'foreign' };
    throw toPlatformError(error);
  }
}
