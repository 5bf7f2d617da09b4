import { InteractionType, MessageFlags, MessageType } from 'discord-api-types/v10';
import type { Body } from './body.ts';
import { checkMessage } from './check-message.ts';
import { pingsOf } from './mentions.ts';
import { Refusal } from './refusal.ts';
import { isShape, type Shape, shapesOf, stringOf } from './shape.ts';
import type { Channel, Message, Site, StoredFile } from './site.ts';
import { snowflake } from './snowflake.ts';

const HOUR = 3_600_000;
const TOO_MANY_EDITS = 'Maximum number of edits to messages older than 1 hour reached. Try again later';

/** Everybody who was ever pinged: an edit pings nobody. */
export interface Pings {
  all: string[];
}

export function createMessage(
  site: Site,
  pings: Pings,
  channel: Channel,
  { json, files }: Body,
  how: { answers: boolean; ephemeralFor?: string; under?: string },
): Message {
  const nonce = stringOf(json.nonce) || undefined;
  const twin = json.enforce_nonce === true && nonce && site.messages.find((one) => one.nonce === nonce);
  if (twin) return twin;
  const kept = storedFiles(json, files);
  const { flags } = checkMessage(json, {
    files: kept.map(({ name }) => name),
    ...(how.under ? { under: how.under } : {}),
  });
  const message: Message = {
    id: snowflake(),
    channel,
    components: shapesOf(json.components),
    content: stringOf(json.content),
    flags: how.ephemeralFor ? flags | MessageFlags.Ephemeral : flags & ~MessageFlags.Ephemeral,
    files: kept,
    allowedMentions: isShape(json.allowed_mentions) ? json.allowed_mentions : undefined,
    answers: how.answers,
    ...(how.ephemeralFor ? { ephemeralFor: how.ephemeralFor } : {}),
    ...(nonce ? { nonce } : {}),
    waiting: false,
    createdAt: Date.now(),
  };
  site.messages.push(message);
  pings.all.push(...pingsOf(site, message));
  site.changed();
  return message;
}

/** What stands there while an answer is awaited. */
export function createWaiting(site: Site, channel: Channel, ephemeralFor: string | undefined): Message {
  const message: Message = {
    id: snowflake(),
    channel,
    components: [],
    content: '',
    flags: MessageFlags.Loading | (ephemeralFor ? MessageFlags.Ephemeral : 0),
    files: [],
    allowedMentions: undefined,
    answers: true,
    ...(ephemeralFor ? { ephemeralFor } : {}),
    waiting: true,
    createdAt: Date.now(),
  };
  site.messages.push(message);
  return message;
}

export function editMessage(site: Site, pings: Pings, message: Message, { json, files }: Body): Message {
  if (Date.now() - message.createdAt > HOUR) {
    if (site.oldEdits <= 0) throw new Refusal(429, 30046, TOO_MANY_EDITS, { retryAfter: 1 });
    site.oldEdits -= 1;
  }
  const before = message.flags & MessageFlags.IsComponentsV2;
  const added = storedFiles(json, files);
  const keptIds = Array.isArray(json.attachments)
    ? new Set(shapesOf(json.attachments).map(({ id }) => String(id)))
    : undefined;
  const kept = [...message.files.filter(({ id }) => keptIds?.has(id) ?? true), ...added];
  const { flags } = checkMessage(json, { files: kept.map(({ name }) => name), flags: before });
  if (json.components !== undefined) message.components = shapesOf(json.components);
  if (json.content !== undefined) message.content = stringOf(json.content);
  if (isShape(json.allowed_mentions)) message.allowedMentions = json.allowed_mentions;
  message.files = kept;
  message.flags = (message.flags & ~MessageFlags.Loading) | flags;
  // The edit that fills in an awaited answer is what its reader hears of.
  if (message.waiting) pings.all.push(...pingsOf(site, message));
  else message.editedAt = Date.now();
  message.waiting = false;
  site.changed();
  return message;
}

export function removeMessage(site: Site, message: Message): void {
  site.messages.splice(site.messages.indexOf(message), 1);
  site.changed();
}

export function messageIn(site: Site, channel: Channel, id: string): Message {
  const found = site.messages.find((one) => one.id === id && one.channel === channel && !one.ephemeralFor);
  if (!found) throw new Refusal(404, 10008, 'Unknown Message');
  return found;
}

function storedFiles(json: Shape, files: Body['files']): StoredFile[] {
  const named = shapesOf(json.attachments);
  return files.map(({ index, name, type, bytes }) => {
    const about = named.find(({ id }) => String(id) === index);
    const description = stringOf(about?.description);
    return {
      id: snowflake(),
      name: stringOf(about?.filename) || name,
      type,
      bytes,
      ...(description ? { description } : {}),
    };
  });
}

export const messagePayload = (site: Site, message: Message, origin: string) => ({
  id: message.id,
  channel_id: message.channel.id,
  type: message.answers ? MessageType.ChatInputCommand : MessageType.Default,
  author: site.app.user,
  application_id: site.app.id,
  content: message.content,
  timestamp: new Date(message.createdAt).toISOString(),
  edited_timestamp: message.editedAt ? new Date(message.editedAt).toISOString() : null,
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  attachments: message.files.map((file) => ({
    id: file.id,
    filename: file.name,
    size: file.bytes.length,
    url: `${origin}/attachments/${file.id}/${file.name}`,
    proxy_url: `${origin}/attachments/${file.id}/${file.name}`,
    content_type: file.type,
    ...(file.description ? { description: file.description } : {}),
    ...(message.ephemeralFor ? { ephemeral: true } : {}),
  })),
  embeds: [],
  pinned: false,
  flags: message.flags,
  components: message.components,
  ...(message.press
    ? {
        interaction_metadata: {
          id: message.press.id,
          type: InteractionType.MessageComponent,
          user: message.press.person.user,
          authorizing_integration_owners: {},
          interacted_message_id: message.press.message,
        },
      }
    : {}),
  ...(message.nonce ? { nonce: message.nonce } : {}),
});
