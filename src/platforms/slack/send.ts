import type { WebClient } from '@slack/web-api';
import type { Card } from '../../views/card.ts';
import { type Platform, PlatformError, type Recipient } from '../platform.ts';
import type { Installed } from './actor.ts';
import { slackError, toPlatformError } from './client.ts';
import { renderMessage } from './render.ts';

const SILENT = { unfurl_links: false, unfurl_media: false } as const;
/** Posting itself will say so, or need no such scope. */
const UNKNOWABLE = new Set(['missing_scope', 'channel_not_found', 'not_in_channel']);
const ASK_AGAIN_AFTER = 60_000;

/** Messages that a job sends: to a channel, or to one person directly. */
export function createSending(
  patient: WebClient,
  installed: () => Installed,
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
  async function withOrWithoutTables<T>(
    card: Card,
    call: (message: ReturnType<typeof renderMessage>) => Promise<T>,
  ): Promise<T> {
    const { teamId } = installed();
    try {
      return await call(renderMessage(card, teamId));
    } catch (error) {
      if (slackError(error) !== 'invalid_blocks' || !card.blocks.some(({ kind }) => kind === 'table'))
        throw error;
      return call(renderMessage(card, teamId, 0));
    }
  }

  return {
    async send(to, card) {
      try {
        const channel = await channelOf(to);
        const sent = await withOrWithoutTables(card, (message) =>
          patient.chat.postMessage({ channel, ...SILENT, ...message }),
        );
        return { channel: sent.channel ?? channel, id: sent.ts ?? '' };
      } catch (error) {
        throw toPlatformError(error);
      }
    },
    async edit({ channel, id }, card) {
      try {
        await withOrWithoutTables(card, (message) => patient.chat.update({ channel, ts: id, ...message }));
      } catch (error) {
        throw toPlatformError(error);
      }
    },
  };
}
