import { createHash } from 'node:crypto';
import { type APIChannel, type APIMessage, type REST, Routes } from 'discord.js';
import type { Card } from '../../views/card.ts';
import { type Platform, PlatformError, type Recipient } from '../platform.ts';
import type { Actions } from './actions.ts';
import { toPlatformError } from './client.ts';
import { attached, gallery } from './file.ts';
import { renderMessage } from './render.ts';

const ID = /^\d{15,21}$/;

/** For some minutes Discord answers with the message that it has under a nonce, of at most 25 characters. */
const NONCE = 22;
const nonceOf = (once: string): string =>
  createHash('sha256').update(once).digest('base64url').slice(0, NONCE);

/** Messages that a job sends: to a channel of a server, or to one person directly. */
export function createSending(patient: REST, actions: Actions): Pick<Platform, 'send' | 'edit'> {
  const directs = new Map<string, string>();
  const guilds = new Map<string, string | undefined>();

  /** A channel may be named by anybody who sets it: nothing about an organization goes to a server that is not its own. */
  async function needOwn(channel: string, guildId: string): Promise<void> {
    if (!ID.test(channel))
      throw new PlatformError('gone', 'Discord has no such channel. Choose it by its mention.');
    if (!guilds.has(channel)) {
      const found = (await patient.get(Routes.channel(channel))) as APIChannel;
      guilds.set(channel, 'guild_id' in found ? found.guild_id : undefined);
    }
    if (guilds.get(channel) !== guildId)
      throw new PlatformError('refused', 'That channel is in another server. Choose one of this server.');
  }

  async function channelOf(to: Recipient): Promise<string> {
    if (to.kind === 'channel') {
      await needOwn(to.id, to.workspaceId);
      return to.id;
    }
    const known = directs.get(to.id);
    if (known) return known;
    if (!ID.test(to.id)) throw new PlatformError('gone', 'Discord has no such person.');
    const opened = (await patient.post(Routes.userChannels(), {
      body: { recipient_id: to.id },
    })) as APIChannel;
    directs.set(to.id, opened.id);
    return opened.id;
  }

  return {
    async send(to, card: Card, once) {
      try {
        const channel = await channelOf(to);
        const { files, below } = await attached({ ...card, file: undefined });
        const { message, stored } = renderMessage(card, { below });
        await actions.keep(stored);
        const sent = (await patient.post(Routes.channelMessages(channel), {
          body: {
            ...message,
            ...(once ? { nonce: nonceOf(once), enforce_nonce: true } : {}),
            attachments: files.map(({ name, description }, id) => ({ id, filename: name, description })),
          },
          files: files.map(({ name, data, contentType }) => ({ name, data, contentType })),
        })) as APIMessage;
        return { channel, id: sent.id, picture: files[0]?.name };
      } catch (error) {
        throw toPlatformError(error);
      }
    },
    async edit({ channel, id, picture }, card) {
      try {
        const below = picture && card.picture ? [gallery(picture, card.picture.alt)] : [];
        const { message, stored } = renderMessage(card, { below });
        await actions.keep(stored);
        // Whom the card names has been told when it was posted.
        const body = { ...message, allowed_mentions: { parse: [] } };
        await patient.patch(Routes.channelMessage(channel, id), { body });
      } catch (error) {
        throw toPlatformError(error);
      }
    },
  };
}
