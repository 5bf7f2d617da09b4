import { z } from 'zod';
import { messageBacklog } from '../core/delivery/backlog.ts';
import { findOutgoing, type Outgoing } from '../core/delivery/find.ts';
import { countAttempt, settleMessage } from '../core/delivery/settle.ts';
import { reportDirectly } from '../core/drift-report/trouble.ts';
import { askDirectly } from '../core/request/ask-directly.ts';
import type { Db } from '../db/client.ts';
import type { Letter } from '../mail/letter.ts';
import { type Health, type Platform, PlatformError, type Sent } from '../platforms/platform.ts';
import type { Card } from '../views/card.ts';
import { type Delivery, defineJob, type JobContext } from './job.ts';

/** Sends a committed message, or edits the copy that was sent before: what it says is drawn now, from what is true now. */
export const deliver = defineJob({
  name: 'deliver',
  /** `held`: only while its buttons are gone. */
  schema: z.object({ messageId: z.uuid(), only: z.literal('held').optional() }),
  lanes: 6,
  run: async (ctx, { messageId, only }) => {
    const message = await findOutgoing(ctx.db, messageId);
    if (!message || (only === 'held' && message.heldAt === null)) return;
    const said = await ctx.delivery.draw(message);
    if (!said) return settleMessage(ctx.db, message, { state: 'silent' });
    try {
      const sent = await say(ctx.delivery, message, said);
      await settleMessage(ctx.db, message, { state: 'sent', ...sent });
      ctx.delivery.counted?.(message.platform, message.sentId ? 'edited' : 'delivered');
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.code === 'later') {
        await countAttempt(ctx.db, messageId, error.message);
        throw error;
      }
      await settleMessage(ctx.db, message, { state: 'failed', error: error.message });
      ctx.delivery.counted?.(message.platform, 'failed');
      if (message.recipientKind === 'channel') await instead[message.notice]?.(ctx, message, error.message);
      ctx.log.warn(
        { messageId, platform: message.platform, reason: error.message },
        'a message was refused for good',
      );
    }
  },
  giveUp: async (ctx, { messageId }, reason) => {
    await settleMessage(ctx.db, { id: messageId, heldAt: null }, { state: 'failed', error: reason });
    ctx.delivery.counted?.('any', 'failed');
  },
});

/** What happens with what a channel does not take. */
const instead: Readonly<
  Record<string, (ctx: JobContext, message: Outgoing, reason: string) => Promise<void>>
> = { request: askDirectly, 'drift-report': reportDirectly };

const say = async (delivery: Delivery, message: Outgoing, said: Card | Letter): Promise<Sent> => {
  if (!('kind' in said)) return post(delivery, message, said);
  const platform = message.platform === 'mail' ? undefined : platformOf(delivery, message.platform);
  if (!platform || message.recipientKind === 'address') {
    throw new PlatformError('refused', 'A card cannot go by mail.');
  }
  const to = {
    kind: message.recipientKind === 'channel' ? 'channel' : 'person',
    workspaceId: message.workspaceId,
    id: message.recipient,
  } as const;
  if (message.sentChannel === null || message.sentId === null) return platform.send(to, said, message.id);
  const sent = {
    channel: message.sentChannel,
    id: message.sentId,
    picture: message.sentPicture ?? undefined,
  };
  try {
    await platform.edit(sent, said);
    return sent;
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code === 'later') throw error;
    if (said.passed) return sent;
    if (error.code === 'gone') return platform.send(to, said, `${message.id} after ${message.sentId}`);
    throw error;
  }
};

/** A letter goes once: there is no taking it back. */
const post = async (delivery: Delivery, message: Outgoing, letter: Letter): Promise<Sent> => {
  const sent = { channel: 'mail', id: message.id };
  if (message.sentId === null) await delivery.mail.send({ ...letter, to: message.recipient });
  return sent;
};

const platformOf = (delivery: Delivery, name: string): Platform => {
  const platform = name === 'slack' || name === 'discord' ? delivery.platforms[name] : undefined;
  if (!platform) throw new PlatformError('later', `${name} is not connected.`);
  return platform;
};

export const deliveryHealth = async (db: Db): Promise<Health> => {
  const { waiting, failed, lastError } = await messageBacklog(db);
  const why = lastError ? `, the last because: ${lastError}` : '';
  return {
    name: 'messages',
    ok: failed === 0,
    detail: `${waiting} waiting, ${failed} not delivered in the last 7 days${why}`,
  };
};
