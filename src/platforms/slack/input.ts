import type { BlockAction, SlackShortcut } from '@slack/bolt';
import type { Interaction } from '../../commands/interaction.ts';
import type { Action } from '../../views/card.ts';
import { decodeAction, decodeChoice } from './action.ts';
import { MESSAGE_REASON, SHORTCUTS } from './register.ts';
import type { Origin } from './surface.ts';
import { unescapeText } from './text.ts';

/** Nobody's command: dispatch answers it as it answers any word it does not know. */
export const UNREADABLE: Action = { command: 'unreadable button', args: {} };

/** Where a pressed control stood. */
export function originOf(body: BlockAction): Origin {
  const user = body.user.id;
  const triggerId = body.trigger_id;
  if (body.view?.type === 'modal') return { kind: 'view', user, viewId: body.view.id, submitted: false };
  if (body.view?.type === 'home') return { kind: 'window', user, triggerId, inHome: true };
  const channel = body.channel?.id ?? body.container.channel_id;
  if (typeof channel !== 'string') return { kind: 'window', user, triggerId };
  const kind = body.container.is_ephemeral === true ? 'ephemeral' : 'message';
  const thread: unknown = body.container.thread_ts;
  const threadTs = typeof thread === 'string' ? thread : undefined;
  return { kind, user, channel, threadTs, triggerId, responseUrl: body.response_url };
}

/** What a pressed control was made to do, if we made it. */
export function pressed(element: BlockAction['actions'][number]): Action | undefined {
  if (element.type === 'button') return decodeAction(element.value);
  const [, base] = /^choose:\d+:(.*)$/s.exec(element.action_id) ?? [];
  return element.type === 'static_select' && base
    ? decodeChoice(base, element.selected_option?.value)
    : undefined;
}

/** A shortcut types a command; one on a message brings its text along as the reason. */
export function shortcutInput(shortcut: SlackShortcut): Interaction['input'] {
  if (shortcut.type === 'message_action') {
    const reason = unescapeText(shortcut.message.text ?? '')
      .slice(0, MESSAGE_REASON)
      .toWellFormed();
    return { kind: 'action', action: { command: 'access request new', args: reason ? { reason } : {} } };
  }
  const known = SHORTCUTS.find(({ callback }) => callback === shortcut.callback_id);
  return known?.types ? { kind: 'typed', ...known.types } : { kind: 'action', action: UNREADABLE };
}

/** "@Rollcall org invite send …": what follows the mention, in the grammar of the two commands. */
export function mentioned(text: string, botUserId: string): Interaction['input'] {
  const [, ...after] = text.split(new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`));
  const words = after.join(' ').trim();
  const [, word, rest = ''] = /^\/?(org|access)(?:\s+(.*))?$/is.exec(words) ?? [];
  if (word) return { kind: 'typed', root: word.toLowerCase() === 'org' ? 'org' : 'access', text: rest };
  return { kind: 'typed', root: 'access', text: words || 'help' };
}
