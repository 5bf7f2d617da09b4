import {
  type APIApplicationCommandInteraction,
  type APIApplicationCommandInteractionDataOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
} from 'discord.js';
import type { Action } from '../../views/card.ts';
import { MENUS, MESSAGE_REASON } from './register.ts';

type Option = APIApplicationCommandInteractionDataOption;

/** The words of a command and what was filled in, and the option that is being typed into. */
export function chosen(name: string, options: readonly object[] = []): { action: Action; focused?: string } {
  const words = [name];
  let level = options as readonly Option[];
  for (;;) {
    const [inner] = level;
    const branch =
      inner?.type === ApplicationCommandOptionType.Subcommand ||
      inner?.type === ApplicationCommandOptionType.SubcommandGroup;
    if (!inner || !branch) break;
    words.push(inner.name);
    level = (inner.options ?? []) as readonly Option[];
  }
  const args: Record<string, string> = {};
  let focused: string | undefined;
  for (const option of level) {
    if (!('value' in option)) continue;
    args[option.name] = String(option.value).replace(/<@!(\d+)>/g, '<@$1>');
    if ('focused' in option && option.focused) focused = option.name;
  }
  return { action: { command: words.join(' '), args }, ...(focused ? { focused } : {}) };
}

/** What a command, or a menu on a person or a message, asks for; nothing for what we never registered. */
export function asked({ data }: APIApplicationCommandInteraction): Action | undefined {
  if (data.type === ApplicationCommandType.ChatInput) return chosen(data.name, data.options).action;
  if (data.type === ApplicationCommandType.User && data.name === MENUS.person) {
    return { command: 'org access show', args: { user: `<@${data.target_id}>` } };
  }
  if (data.type === ApplicationCommandType.Message && data.name === MENUS.message) {
    const reason = (data.resolved.messages[data.target_id]?.content ?? '')
      .slice(0, MESSAGE_REASON)
      .toWellFormed();
    return { command: 'access request new', args: reason ? { reason } : {} };
  }
  return undefined;
}
