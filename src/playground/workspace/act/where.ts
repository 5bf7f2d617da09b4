import { type Control, controlsOf, initialValues } from '../controls.ts';
import { findMessage, findView } from '../find.ts';
import { channelName, makeReplyUrl, messageOutput, viewOutput } from '../payload.ts';
import { type Shape, shapesOf } from '../shape.ts';
import type { Message, Person, Site, Values, View } from '../site.ts';

/** Where a control stands: in a message, or in a modal or Home. */
export type Where = { channel: string; message: string } | { view: string };

export type Stand = { blocks: Shape[]; values: Values; message?: Message; view?: View };

export function standOf(site: Site, person: Person, where: Where): Stand {
  if ('view' in where) {
    const view = findView(site, person, where.view);
    return { blocks: shapesOf(view.body.blocks), values: view.values, view };
  }
  const message = findMessage(site, person, where.channel, where.message);
  const key = [message.channel, message.ts, person.id].join('/');
  const values = { ...initialValues(message.blocks), ...site.choices.get(key) };
  site.choices.set(key, values);
  return { blocks: message.blocks, values, message };
}

export function findControl(stand: Stand, blockId: string, actionId: string): Control {
  const found = controlsOf(stand.blocks).find(
    (control) => control.blockId === blockId && control.actionId === actionId,
  );
  if (!found) throw new Error(`there is no ${actionId} in ${blockId} any more`);
  return found;
}

/** The part of an interaction that says where it happened. An ephemeral message is named, not shown. */
export function placeOutput(site: Site, person: Person, stand: Stand, withReply: boolean): Shape {
  const { message, view } = stand;
  if (view) return { container: { type: 'view', view_id: view.id }, view: viewOutput(site, view) };
  if (!message) return {};
  const channel = site.channels.get(message.channel);
  const thread = message.threadTs ? { thread_ts: message.threadTs } : {};
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: Boolean(message.onlyFor),
      ...thread,
    },
    channel: { id: message.channel, name: channel ? channelName(channel) : '' },
    ...(message.onlyFor ? {} : { message: messageOutput(site, message) }),
    ...(withReply
      ? {
          response_url: makeReplyUrl(site, {
            person: person.id,
            channel: message.channel,
            original: message,
            ...(message.threadTs ? { threadTs: message.threadTs } : {}),
          }),
        }
      : {}),
  };
}
