import { setTimeout as delay } from 'node:timers/promises';
import { SlackError, type WebClient } from '@slack/web-api';
import type { Card } from '../../views/card.ts';
import { type Platform, PlatformError, type Recipient } from '../platform.ts';
import type { Installed } from './actor.ts';
import { slackError, toPlatformError } from './client.ts';
import { uploadPicture } from './file.ts';
import { renderMessage } from './render.ts';

const SILENT = { unfurl_links: false, unfurl_media: false } as const;
/** Posting itself will say so, or need no such scope. */
const UNKNOWABLE = new Set(['missing_scope', 'channel_not_found', 'not_in_channel']);
const ASK_AGAIN_AFTER = 60_000;
const UNTIL_SEEN = [500, 1_000, 2_000, 3_000];

type Call<T> = (message: ReturnType<typeof renderMessage>) => Promise<T>;

/** Messages that a job sends: to a channel, or to one person directly. */
export function createSending(
  patient: WebClient,
  installed: () => Installed,
  apiUrl: string | undefined,
): Pick<Platform, 'send' | 'edit'> {
  const directs = new Map<string, string>();
  const shared = new Map<string, { at: number; external: boolean }>();

  /** Nothing about anybody's access goes where another company reads. Without the optional scope nobody can tell. */
  async function refuseShared(channel: string): Promise<void> {
    const known = shared.get(channel);
    let external = known?.external ?? false;
    if (!known || Date.now() - known.at > ASK_AGAIN_AFTER) {
      try {
        const { channel: found } = await patient.conversations.info({ channel });
        external = found?.is_ext_shared === true || found?.is_pending_ext_shared === true;
      } catch (error) {
        if (!UNKNOWABLE.has(slackError(error) ?? '')) throw error;
      }
      shared.set(channel, { at: Date.now(), external });
    }
    if (external) {
      const text = 'I do not post to a channel that is shared with another company. Choose another channel.';
      throw new PlatformError('refused', text);
    }
  }

  async function channelOf(to: Recipient): Promise<string> {
    if (to.workspaceId !== installed().teamId)
      throw new PlatformError('gone', 'I am not installed in that workspace.');
    if (to.kind === 'channel') {
      await refuseShared(to.id);
      return to.id;
    }
    const known = directs.get(to.id);
    if (known) return known;
    const { channel } = await patient.conversations.open({ users: to.id });
    if (!channel?.id)
      throw new PlatformError('gone', 'Slack did not open a direct message with this person.');
    directs.set(to.id, channel.id);
    return channel.id;
  }

  /** Clients without tables refuse the whole message; once more without them. */
  async function withOrWithoutTables<T>(card: Card, picture: string | undefined, call: Call<T>): Promise<T> {
    const { teamId } = installed();
    try {
      return await call(renderMessage(card, teamId, 1, picture));
    } catch (error) {
      if (slackError(error) !== 'invalid_blocks' || !card.blocks.some(({ kind }) => kind === 'table'))
        throw error;
      return call(renderMessage(card, teamId, 0, picture));
    }
  }

  /** A message never fails for its picture: what Slack does not let us upload is left out, and the card says so. */
  async function pictureOf({ picture }: Card): Promise<string | undefined> {
    if (!picture) return undefined;
    try {
      return await uploadPicture(patient, picture, apiUrl);
    } catch (error) {
      if (!(error instanceof PlatformError || error instanceof SlackError)) throw error;
      if (toPlatformError(error).code === 'later') throw error;
      return undefined;
    }
  }

  /** Slack takes a block with a fresh upload only once it has looked at it, some moments later. */
  async function withOrWithoutPicture<T>(
    card: Card,
    picture: string | undefined,
    call: Call<T>,
  ): Promise<{ answer: T; picture?: string }> {
    if (picture !== undefined) {
      for (const pause of UNTIL_SEEN) {
        try {
          return { answer: await withOrWithoutTables(card, picture, call), picture };
        } catch (error) {
          if (slackError(error) !== 'invalid_blocks') throw error;
          await delay(pause);
        }
      }
    }
    return { answer: await withOrWithoutTables(card, undefined, call) };
  }

  return {
    async send(to, card) {
      try {
        const channel = await channelOf(to);
        const { answer, picture } = await withOrWithoutPicture(card, await pictureOf(card), (message) =>
          patient.chat.postMessage({ channel, ...SILENT, ...message }),
        );
        return { channel: answer.channel ?? channel, id: answer.ts ?? '', picture };
      } catch (error) {
        throw toPlatformError(error);
      }
    },
    async edit({ channel, id, picture }, card) {
      try {
        await withOrWithoutPicture(card, picture, (message) =>
          patient.chat.update({ channel, ts: id, ...message }),
        );
      } catch (error) {
        throw toPlatformError(error);
      }
    },
  };
}
