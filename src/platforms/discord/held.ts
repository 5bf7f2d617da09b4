import {
  type APIComponentInContainer,
  type APIMessage,
  type APIMessageComponentInteraction,
  type APIMessageTopLevelComponent,
  type APIModalSubmitInteraction,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import { WORKING_ON_IT } from '../notes.ts';

/** A posted message as it stood when somebody pressed a control of it. */
export interface PressedMessage {
  channel: string;
  id: string;
  /** Unknown where another process of ours has seen the press. */
  drawn?: Pick<APIMessage, 'components' | 'attachments'> | undefined;
  /** The control; without one, all of them. */
  customId?: string | undefined;
}

const REMEMBERED = 1_000;

export const isPrivate = (message: Pick<APIMessage, 'flags'> | undefined): boolean =>
  ((message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;

/**
 * Finds the posted message behind an act: the one that was pressed, or the one whose button asked a question or opened a
 * window, which is the act's own message no more.
 */
export const createPressedMessages = () => {
  const seen = new Map<string, PressedMessage>();
  return (
    payload: APIMessageComponentInteraction | APIModalSubmitInteraction,
    userId: string,
  ): PressedMessage | undefined => {
    const { message, channel } = payload;
    if (!message || !channel) return undefined;
    if (isPrivate(message)) {
      const behind = behindOf(message);
      return behind === undefined ? undefined : seen.get(`${behind} ${userId}`);
    }
    const key = `${message.id} ${userId}`;
    const { components, attachments } = message;
    const customId = 'components' in payload.data ? seen.get(key)?.customId : payload.data.custom_id;
    const found = { channel: channel.id, id: message.id, drawn: { components, attachments }, customId };
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(key, found);
    return found;
  };
};

const behindOf = ({ interaction_metadata: about }: APIMessage): string | undefined =>
  about && 'interacted_message_id' in about ? about.interacted_message_id : undefined;

type Component = APIMessageTopLevelComponent | APIComponentInContainer;

/** The message once more: with a quiet line in place of the pressed control and those beside it, or as it was. */
export const redrawn = (
  { drawn, customId }: PressedMessage,
  held: boolean,
): { flags: MessageFlags; components: unknown[]; allowed_mentions: { parse: [] } } | undefined => {
  if (!drawn) return undefined;
  const isPressed = (control: object): boolean =>
    customId === undefined || ('custom_id' in control && control.custom_id === customId);
  const without = (component: Component): unknown[] => {
    switch (component.type) {
      case ComponentType.Container:
        return [{ ...component, components: component.components.flatMap(without) }];
      case ComponentType.ActionRow:
        return held && component.components.some(isPressed) ? [working] : [component];
      case ComponentType.Section:
        return held && isPressed(component.accessory) ? [...component.components, working] : [component];
      case ComponentType.MediaGallery: {
        const items = component.items.map(({ media, description }) => ({
          media: { url: attachedAs(media.url, drawn) },
          description,
        }));
        return [{ type: component.type, items }];
      }
      default:
        return [component];
    }
  };
  return {
    flags: MessageFlags.IsComponentsV2,
    components: (drawn.components ?? []).flatMap(without),
    allowed_mentions: { parse: [] },
  };
};

const working = { type: ComponentType.TextDisplay, content: `-# ${WORKING_ON_IT}` };

/** A picture comes back under the address that it is kept at, which a message that has it attached does not take. */
const attachedAs = (url: string, { attachments }: NonNullable<PressedMessage['drawn']>): string => {
  const found = attachments.find((attachment) => attachment.url === url);
  return found ? `attachment://${found.filename}` : url;
};
