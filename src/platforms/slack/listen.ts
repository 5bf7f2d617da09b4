import { createHash } from 'node:crypto';
import type {
  App,
  BlockAction,
  BlockSuggestion,
  SlackShortcut,
  SlashCommand,
  ViewSubmitAction,
} from '@slack/bolt';
import type { Logger } from 'pino';
import type { Commands, Interaction } from '../../commands/interaction.ts';
import type { Action } from '../../views/card.ts';
import { createPresses } from '../presses.ts';
import { within } from '../within.ts';
import { actorOf, type Installed, type Profiles, type SlackActor } from './actor.ts';
import { actionOf, errorsByBlock, renderOptions, sourceOf, withForm } from './form.ts';
import { pressedMessage } from './held.ts';
import { mentioned, originOf, pressed, shortcutInput, UNREADABLE } from './input.ts';
import { workingView } from './notes.ts';
import { createReply, type ReplyContext } from './reply.ts';
import type { Origin } from './surface.ts';

export interface Listening extends ReplyContext {
  commands: Commands;
  installed: () => Installed;
  profiles: Profiles;
  log: Logger;
  /** Work that goes on after its acknowledgement; a graceful stop waits for it. */
  track: (work: Promise<void>) => Promise<void>;
  lost: (why: string) => void;
}

const SUGGEST_WITHIN = 2_500;
/** One act has one key however often it is delivered. Hashed: triggers and view ids are nobody else's business. */
const keyOf = (...parts: readonly (string | undefined)[]): string =>
  `slack:${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)}`;

/** Hears everything that Slack sends. Acknowledges first, always; all else comes after. */
export function listen(app: App, listening: Listening): void {
  const { commands, installed, profiles, track, log } = listening;
  const presses = createPresses();

  const receive = (
    actor: SlackActor,
    key: string,
    origin: Origin,
    input: Interaction['input'],
    channel?: string,
  ): Promise<void> => {
    if (actor.foreign) log.warn({ team: actor.account.workspaceId }, 'somebody of another workspace acted');
    const reply = createReply(origin, listening);
    const slow =
      reply.patience === undefined ? undefined : setTimeout(() => void reply.working(), reply.patience);
    const { pressed } = origin;
    const done = commands.receive({
      key,
      account: actor.account,
      name: actor.name,
      ...(actor.foreign ? { actsIn: installed().teamId } : {}),
      workspaceName: installed().teamName,
      ...(channel ? { channel } : {}),
      ...(origin.inHome ? { inHome: true } : {}),
      ...(pressed ? { pressed: { channel: pressed.channel, id: pressed.ts } } : {}),
      profile: profileFor(actor),
      input,
      reply,
    });
    return track(done.finally(() => clearTimeout(slow)));
  };

  const profileFor = (actor: SlackActor): Interaction['profile'] => {
    const { externalId } = actor.account;
    return async (id) =>
      actor.foreign && id === externalId ? { name: actor.name, refused: 'foreign' } : profiles.of(id);
  };

  const actorIn = (body: BlockAction | BlockSuggestion | SlackShortcut | ViewSubmitAction): SlackActor =>
    actorOf(
      {
        userId: body.user.id,
        name: 'username' in body.user ? body.user.username : body.user.name,
        teamId: body.team?.id,
        userTeamId: body.user.team_id,
        enterpriseId: body.enterprise?.id ?? body.team?.enterprise_id,
      },
      installed(),
    );

  /** Where only one person sees a button, and its answer takes its place. */
  const isSecond = (body: BlockAction, element: BlockAction['actions'][number], action: Action): boolean => {
    const { user, container, view } = body;
    const place = container.is_ephemeral === true ? container.message_ts : view?.hash;
    if (place === undefined || !commands.decides(action)) return false;
    return !presses.isFirst([user.id, place, element.action_id, JSON.stringify(action)].join('\n'));
  };

  const typed = (root: 'access' | 'org') => async (command: SlashCommand) => {
    const { user_id: userId, team_id: teamId, channel_id: channel } = command;
    const actor = actorOf(
      { userId, name: command.user_name, teamId, enterpriseId: command.enterprise_id },
      installed(),
    );
    const origin: Origin = {
      kind: 'typed',
      user: userId,
      channel,
      triggerId: command.trigger_id,
      responseUrl: command.response_url,
    };
    const input = { kind: 'typed', root, text: command.text ?? '' } as const;
    await receive(actor, keyOf('command', teamId, command.trigger_id), origin, input, channel);
  };

  app.command('/access', async ({ ack, command }) => {
    await ack();
    await typed('access')(command);
  });

  app.command('/org', async ({ ack, command }) => {
    await ack();
    await typed('org')(command);
  });

  app.action({ type: 'block_actions' }, async ({ ack, body }) => {
    await ack();
    const [element] = body.actions;
    if (!element || element.action_id.startsWith('link:')) return;
    const key = keyOf(
      'click',
      body.team?.id,
      body.user.id,
      body.trigger_id,
      element.action_id,
      element.action_ts,
    );
    const action = withForm(pressed(element), body.view) ?? UNREADABLE;
    const actor = actorIn(body);
    const origin = originOf(body);
    // Strangers take nobody's buttons away.
    if (!actor.foreign)
      origin.pressed = pressedMessage(body) ?? listening.openedFrom.get(body.view?.id ?? '');
    if (isSecond(body, element, action)) origin.again = true;
    const input = { kind: 'action', action } as const;
    await receive(actor, key, origin, input, body.channel?.id);
  });

  app.view({ type: 'view_submission', callback_id: /.*/ }, async ({ ack, body, view }) => {
    if (body.type !== 'view_submission') return;
    const actor = actorIn(body);
    const action = actionOf(view);
    const wrong = action && !actor.foreign ? commands.check(action) : undefined;
    const errors = wrong && errorsByBlock(view.blocks, wrong);
    if (errors) {
      await ack({ response_action: 'errors', errors });
      return;
    }
    await ack({ response_action: 'update', view: workingView(view.title.text) });
    const key = keyOf('submission', actor.account.workspaceId, actor.account.externalId, view.id, view.hash);
    const origin: Origin = {
      kind: 'view',
      user: body.user.id,
      viewId: view.id,
      submitted: true,
      pressed: listening.openedFrom.get(view.id),
    };
    await receive(actor, key, origin, {
      kind: 'action',
      action: action ?? UNREADABLE,
      submitted: true,
    });
  });

  app.options(/.*/, async ({ ack, body }) => {
    const actor = actorIn(body);
    const source = sourceOf(body.action_id);
    const action = body.view && actionOf(body.view);
    if (actor.foreign || !source || !action) {
      await ack({ options: [] });
      return;
    }
    const { account } = actor;
    const asked = commands.suggest({
      account,
      profile: profileFor(actor),
      source,
      action,
      typed: body.value ?? '',
    });
    await ack({ options: renderOptions((await within(SUGGEST_WITHIN, asked)) ?? []) });
  });

  app.shortcut(/.*/, async ({ ack, shortcut }) => {
    await ack();
    const channel = shortcut.type === 'message_action' ? shortcut.channel.id : undefined;
    const origin: Origin = { kind: 'window', user: shortcut.user.id, triggerId: shortcut.trigger_id };
    const key = keyOf('shortcut', shortcut.team?.id, shortcut.user.id, shortcut.trigger_id);
    await receive(actorIn(shortcut), key, origin, shortcutInput(shortcut), channel);
  });

  app.event('app_mention', async ({ event, body }) => {
    if (!event.user || event.bot_id) return;
    const userTeamId = event.user_team ?? event.team ?? body.team_id;
    const signed = { userId: event.user, name: event.user_profile?.name, teamId: body.team_id, userTeamId };
    const actor = actorOf({ ...signed, enterpriseId: body.enterprise_id }, installed());
    const origin: Origin = {
      kind: 'mention',
      user: event.user,
      channel: event.channel,
      threadTs: event.thread_ts,
    };
    const input = mentioned(event.text, installed().botUserId);
    await receive(actor, keyOf('event', body.event_id), origin, input, event.channel);
  });

  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const actor = actorOf(
      { userId: event.user, name: undefined, teamId: body.team_id, enterpriseId: body.enterprise_id },
      installed(),
    );
    const hash =
      event.view && 'hash' in event.view && typeof event.view.hash === 'string' ? event.view.hash : undefined;
    const origin: Origin = { kind: 'home', user: event.user, hash };
    await receive(actor, keyOf('event', body.event_id), origin, {
      kind: 'typed',
      root: 'access',
      text: 'home',
    });
  });

  app.event('user_change', async ({ event, body }) => {
    const { id, deleted, team_id: teamId } = event.user;
    profiles.forget(id);
    const workspaceId = installed().teamId;
    if (!deleted || body.team_id !== workspaceId || (teamId && teamId !== workspaceId)) return;
    await track(commands.left({ platform: 'slack', workspaceId, externalId: id }, workspaceId));
  });

  app.event('app_uninstalled', async ({ body }) => {
    if (body.team_id === installed().teamId)
      listening.lost('The app was removed from the workspace. Install it again.');
  });

  app.event('tokens_revoked', async ({ event, body }) => {
    const ours = event.tokens.bot?.includes(installed().botUserId);
    if (ours && body.team_id === installed().teamId) {
      listening.lost('The bot token was revoked. Install the app again and set its new SLACK_BOT_TOKEN.');
    }
  });
}
