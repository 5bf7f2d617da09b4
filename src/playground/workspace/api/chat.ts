import { refuseMessage } from '../blocks/check-message.ts';
import { nameBlocks } from '../blocks/check-view.ts';
import { openDirect } from '../direct.ts';
import { randomId } from '../ids.ts';
import { refusePictures } from '../pictures.ts';
import { addMessage, rewrite, sayEphemeral } from '../say.ts';
import { parsedOf, type Shape, shapesOf, stringOf } from '../shape.ts';
import type { Site } from '../site.ts';
import { findChannel, type Gate, refuseChannel } from './gate.ts';

const withBlocks = (args: Shape): Shape =>
  args.blocks === undefined
    ? args
    : { ...args, blocks: nameBlocks(shapesOf(parsedOf(args.blocks)), () => randomId('')) };

const storedAt = (site: Site, args: Shape) =>
  site.messages.find(
    (message) => message.channel === args.channel && message.ts === args.ts && !message.onlyFor,
  );

export const postMessage: Gate = {
  refuse(site, args) {
    const person = site.people.get(stringOf(args.channel));
    if (person?.deleted) return { error: 'user_not_found' };
    return (
      (person ? undefined : refuseChannel(site, args, true)) ??
      refuseMessage(args) ??
      refusePictures(site, args)
    );
  },
  async alter(site, args) {
    const person = site.people.get(stringOf(args.channel));
    return withBlocks(
      person ? { ...args, channel: (await openDirect(site, person, site.app.userId)).id } : args,
    );
  },
  keep(site, args, answer) {
    const threadTs = stringOf(args.thread_ts);
    const message = addMessage(site, {
      channel: stringOf(answer.channel),
      ts: stringOf(answer.ts),
      author: site.app.userId,
      text: stringOf(args.text),
      blocks: shapesOf(args.blocks),
      ...(threadTs ? { threadTs } : {}),
    });
    return { ...answer, channel: message.channel };
  },
};

export const postEphemeral: Gate = {
  refuse(site, args) {
    const channel = findChannel(site, args.channel);
    const refusal = refuseChannel(site, args, false) ?? refuseMessage(args);
    if (refusal) return refusal;
    return channel?.members.has(stringOf(args.user)) ? undefined : { error: 'user_not_in_channel' };
  },
  alter: (_site, args) => withBlocks(args),
  keep(site, args, answer) {
    const threadTs = stringOf(args.thread_ts);
    const channel = findChannel(site, args.channel)?.id ?? '';
    sayEphemeral(
      site,
      {
        person: stringOf(args.user),
        channel,
        ts: stringOf(answer.message_ts),
        ...(threadTs ? { threadTs } : {}),
      },
      args,
    );
    return undefined;
  },
};

export const updateMessage: Gate = {
  refuse(site, args) {
    // Posting to a person's id opens their direct message; updating there does not: only its own id will do.
    if (!site.channels.has(stringOf(args.channel))) return { error: 'channel_not_found' };
    const stored = storedAt(site, args);
    if (!stored) return { error: 'message_not_found' };
    const updated = {
      text: stored.text,
      ...(args.blocks === undefined && stored.blocks.length > 0 ? { blocks: stored.blocks } : {}),
      ...args,
    };
    return refuseMessage(updated) ?? refusePictures(site, updated);
  },
  alter(site, args) {
    const stored = storedAt(site, args);
    return args.blocks === undefined && stored && stored.blocks.length > 0
      ? { ...args, blocks: stored.blocks }
      : withBlocks(args);
  },
  keep(site, args) {
    const stored = storedAt(site, args);
    if (!stored) return undefined;
    rewrite(stored, args);
    stored.edited = true;
    site.changed();
    return undefined;
  },
};

export const deleteMessage: Gate = {
  keep(site, args) {
    const stored = storedAt(site, args);
    if (stored) site.messages.splice(site.messages.indexOf(stored), 1);
    site.changed();
    return undefined;
  },
};
