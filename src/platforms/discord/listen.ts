import {
  type APIApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  InteractionType,
} from 'discord.js';
import type { Commands, Interaction, Profile } from '../../commands/interaction.ts';
import type { Action } from '../../views/card.ts';
import { note } from '../notes.ts';
import { createPresses } from '../presses.ts';
import { within } from '../within.ts';
import { decode } from './action.ts';
import { actorOf, type DiscordActor, isInstalledHere, whoAsks } from './actor.ts';
import { factsOf } from './client.ts';
import { actionOf, filledForm, isOneWindow, withErrors } from './form.ts';
import { formControl } from './forms.ts';
import { createPressedMessages, isPrivate, type PressedMessage } from './held.ts';
import { asked } from './input.ts';
import { question } from './question.ts';
import { BACK, createReply, type DiscordReply, type ReplyContext, SAVED } from './reply.ts';
import { answerTyping, offersFor } from './suggest.ts';

export interface Listening extends ReplyContext {
  commands: Commands;
  profiles: (externalId: string) => Promise<Profile>;
  guildName: (guildId: string | undefined) => string;
  /** The channel that is called so in a server. */
  channelNamed: (guildId: string, name: string) => string | undefined;
  /** Work that goes on after its acknowledgement; a graceful stop waits for it. */
  track: (work: Promise<void>) => Promise<void>;
}

type Replying = DiscordReply & { pressed: PressedMessage | undefined };

const FORM_WITHIN = 2_000;
/** How long somebody may look at a button that still seems to be live. */
const PATIENCE = 700;
/** Nobody's command: dispatch answers it as it answers any word that it does not know. */
const UNREADABLE: Action = { command: 'unreadable button', args: {} };

const GONE = note(
  'The form is gone',
  'The form is too old or could not be read in time, and nothing was sent. Type the command again.',
);
const TOO_OLD = note(
  'This button is too old',
  'Nothing was done: this message is from an older version. Type the command instead, or ask for the message again.',
);
const ELSEWHERE = note(
  'Not here',
  'Nothing was done: Rollcall answers commands in servers that have added it, and nowhere else. Type the command there.',
);

/** Hears what people do. Acknowledges or defers first, always; all else comes after. */
export function createListener(listening: Listening): (payload: APIInteraction) => Promise<void> {
  const { commands, profiles, track, log } = listening;
  const presses = createPresses();
  const pressedMessage = createPressedMessages();

  const replyTo = (
    payload: APIInteraction,
    actor: DiscordActor,
    replaces: boolean,
    pressed?: PressedMessage,
  ): Replying => ({
    ...createReply(
      {
        id: payload.id,
        token: payload.token,
        replaces,
        submitted: payload.type === InteractionType.ModalSubmit,
        pressed,
        offers: (field, form) => offersFor(listening, whoAsks(payload, actor, profiles), field, form),
      },
      listening,
    ),
    pressed,
  });

  /** Only one person sees the message, and the answer takes its place: not that of a second press. */
  const replaces = (
    payload: APIMessageComponentInteraction,
    actor: DiscordActor,
    action?: Action,
  ): boolean => {
    const { message, data } = payload;
    if (!isPrivate(message)) return false;
    if (!action || !commands.decides(action)) return true;
    return presses.isFirst([actor.account.externalId, message.id, data.custom_id].join(' '));
  };

  const receive = (
    payload: APIInteraction,
    actor: DiscordActor,
    reply: Replying,
    input: Exclude<Interaction['input'], { kind: 'typed' }>,
  ) => {
    const slow = setTimeout(() => void reply.working(), PATIENCE);
    const { pressed } = reply;
    return commands
      .receive({
        key: `discord:${payload.id}`,
        ...whoAsks(payload, actor, profiles),
        name: actor.name,
        workspaceName: listening.guildName(actor.guildId),
        managesWorkspace: actor.managesGuild,
        ...(payload.channel?.id ? { channel: payload.channel.id } : {}),
        ...(pressed ? { pressed: { channel: pressed.channel, id: pressed.id } } : {}),
        input: { ...input, action: withChannels(input.action, actor) },
        reply,
      })
      .then(() => reply.finish())
      .finally(() => clearTimeout(slow));
  };

  /** `#name` is how one writes a channel where Discord makes no mention of it. */
  const withChannels = (action: Action, { guildId = '' }: DiscordActor): Action => ({
    ...action,
    args: Object.fromEntries(
      Object.entries(action.args).map(([key, value]) => {
        const [, name] = /^#(\S+)$/.exec(value) ?? [];
        const id = name && listening.channelNamed(guildId, name);
        return [key, id ? `<#${id}>` : value];
      }),
    ),
  });

  /** Carries out an action, whose form must be the first answer where one opens. */
  const carryOut = async (
    payload: APIInteraction,
    actor: DiscordActor,
    reply: Replying,
    input: Exclude<Interaction['input'], { kind: 'typed' }>,
  ): Promise<void> => {
    if (!commands.wantsForm(input.action) && !(await reply.acknowledge())) return;
    await receive(payload, actor, reply, input);
  };

  const onCommand = async (payload: APIApplicationCommandInteraction, actor: DiscordActor): Promise<void> => {
    const reply = replyTo(payload, actor, false);
    if (!isInstalledHere(payload)) return reply.answer(ELSEWHERE);
    await carryOut(payload, actor, reply, { kind: 'options', action: asked(payload) ?? UNREADABLE });
  };

  const onControl = async (payload: APIMessageComponentInteraction, actor: DiscordActor): Promise<void> => {
    const { custom_id: customId } = payload.data;
    const pressed = pressedMessage(payload, actor.account.externalId);
    const replyFor = (action?: Action) => replyTo(payload, actor, replaces(payload, actor, action), pressed);
    if (customId === SAVED || customId === BACK) {
      const reply = replyFor();
      if (await reply.acknowledge()) await reply.remove();
      return;
    }
    const control = formControl(customId);
    if (control) return onForm(payload, actor, replyFor(), control);
    const values = 'values' in payload.data ? payload.data.values : [];
    const carried = decode(customId.startsWith('choose') ? (values[0] ?? '') : customId);
    if (carried?.kind === 'stored') return onStored(payload, actor, carried, pressed);
    const reply = replyFor(carried?.action);
    await carryOut(payload, actor, reply, { kind: 'action', action: carried?.action ?? UNREADABLE });
  };

  /** What a button does was too long for it, or asks first. */
  const onStored = async (
    payload: APIMessageComponentInteraction,
    actor: DiscordActor,
    { id, asks }: { id: string; asks: boolean },
    pressed: PressedMessage | undefined,
  ): Promise<void> => {
    const known = listening.actions.peek(id);
    const reply = replyTo(payload, actor, !asks && replaces(payload, actor, known?.action), pressed);
    if (!asks && known) return carryOut(payload, actor, reply, { kind: 'action', action: known.action });
    if (!(await reply.acknowledge())) return;
    const found = known ?? (await listening.actions.find(id));
    if (!found) await reply.answer(TOO_OLD);
    else if (asks && found.confirm) await reply.ask(question(found));
    else await receive(payload, actor, reply, { kind: 'action', action: found.action });
  };

  const onForm = async (
    payload: APIInteraction,
    actor: DiscordActor,
    reply: Replying,
    control: NonNullable<ReturnType<typeof formControl>>,
  ): Promise<void> => {
    if (control.kind === 'page') {
      // A window must be the first answer, so nothing has said yet that one comes.
      const form = await within(FORM_WITHIN, listening.forms.find(control.id));
      return form ? reply.openPage(form, control.page) : reply.answer(GONE);
    }
    if (!(await reply.acknowledge())) return;
    const form = await listening.forms.find(control.id);
    if (!form) return reply.answer(GONE);
    const filled =
      payload.type === InteractionType.ModalSubmit ? filledForm(form, payload.data.components) : form;
    if (control.kind === 'window' && !isOneWindow(filled)) return reply.answer(filled);
    const action = actionOf(filled);
    const errors = commands.check(action);
    if (errors) return reply.answer(withErrors(filled, errors));
    await receive(payload, actor, reply, { kind: 'action', action, submitted: true });
  };

  const onWindow = async (payload: APIModalSubmitInteraction, actor: DiscordActor): Promise<void> => {
    const pressed = pressedMessage(payload, actor.account.externalId);
    const reply = replyTo(payload, actor, isPrivate(payload.message), pressed);
    const control = formControl(payload.data.custom_id);
    if (control) return onForm(payload, actor, reply, control);
    if (await reply.acknowledge()) await reply.answer(GONE);
  };

  const hear = async (payload: APIInteraction): Promise<void> => {
    if (payload.type === InteractionType.Ping) return;
    const actor = actorOf(payload);
    switch (payload.type) {
      case InteractionType.ApplicationCommand:
        return onCommand(payload, actor);
      case InteractionType.MessageComponent:
        return onControl(payload, actor);
      case InteractionType.ModalSubmit:
        return onWindow(payload, actor);
      case InteractionType.ApplicationCommandAutocomplete:
        if (isInstalledHere(payload))
          await answerTyping(listening, payload, whoAsks(payload, actor, profiles));
        return;
    }
  };

  return async (payload) => {
    const work = hear(payload).catch((error: unknown) => {
      log.error({ ...factsOf(error), kind: payload.type }, 'an interaction failed');
    });
    await track(work);
  };
}
