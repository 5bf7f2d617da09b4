import { sendInteraction } from '../deliver.ts';
import { activePerson, findMessage } from '../find.ts';
import { channelName, envelope, makeReplyUrl, makeTrigger, messageOutput, whoActs } from '../payload.ts';
import type { Delivery, Site } from '../site.ts';

/** A person picks a shortcut: a global one, or with `on` one that starts from a message. */
export async function shortcut(
  site: Site,
  who: string,
  callbackId: string,
  on?: { channel: string; message: string },
): Promise<Delivery> {
  const person = activePerson(site, who);
  const kind = on ? 'message' : 'global';
  if (!site.manifest.shortcuts.some((item) => item.callbackId === callbackId && item.kind === kind)) {
    throw new Error(`the manifest has no ${kind} shortcut ${callbackId}`);
  }
  const common = {
    user: whoActs(person),
    ...envelope(site),
    callback_id: callbackId,
    action_ts: (Date.now() / 1000).toFixed(6),
    trigger_id: makeTrigger(site, person),
  };
  if (!on) return sendInteraction(site, { type: 'shortcut', ...common });
  const message = findMessage(site, person, on.channel, on.message);
  const channel = site.channels.get(message.channel);
  return sendInteraction(site, {
    type: 'message_action',
    ...common,
    message_ts: message.ts,
    channel: { id: message.channel, name: channel ? channelName(channel) : '' },
    message: messageOutput(site, message),
    response_url: makeReplyUrl(site, { person: person.id, channel: message.channel, original: message }),
  });
}
