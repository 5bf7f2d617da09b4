import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  GuildMemberFlags,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  Routes,
} from 'discord.js';
import { commandNamed } from '../../commands/index.ts';
import type { Commands, Interaction, Profile } from '../../commands/interaction.ts';
import { ORGANIZATION_KEY } from '../../commands/parse.ts';
import type { Action } from '../../views/card.ts';
import type { Choice, Field, Form } from '../../views/form.ts';
import { note } from '../notes.ts';
import { decode } from './action.ts';
import { actorOf, type DiscordActor, isInstalledHere } from './actor.ts';
import { actionOf, filledForm, isOneWindow } from './form.ts';
import { formControl } from './forms.ts';
import { asked, chosen } from './input.ts';
import * as limits from './limits.ts';
import { question } from './question.ts';
import { BACK, createReply, type DiscordReply, type Origin, type ReplyContext, SAVED } from './reply.ts';

export interface Listening extends ReplyContext {
  commands: Commands;
  profiles: (externalId: string) => Promise<Profile>;
  guildName: (guildId: string | undefined) => string;
  /** Work that goes on after its acknowledgement; a graceful stop waits for it. */
  track: (work: Promise<void>) => Promise<void>;
}

const SUGGEST_WITHIN = 2_500;
/** Nobody's command: dispatch answers it as it answers any word that it does not know. */
const UNREADABLE: Action = { command: 'unreadable button', args: {} };

/** What somebody may type that is on no list: an address, a project that they do not see. */
const TYPED_FREELY = new Set(['address', 'person', 'project-and-role', 'permission', 'command']);

/** Hears what people do. Acknowledges or defers first, always; all else comes after. */
export function createListener(listening: Listening): (payload: APIInteraction) => Promise<void> {
  const { commands, profiles, track, quick, log } = listening;

  const profileFor =
    (payload: APIInteraction, actor: DiscordActor): Interaction['profile'] =>
    async (id) => {
      if (id !== actor.account.externalId) return profiles(id);
      const guest = ((payload.member?.flags ?? 0) & GuildMemberFlags.IsGuest) !== 0;
      const refused = actor.bot ? 'bot' : guest ? 'guest' : undefined;
      return { name: actor.name, ...(refused ? { refused } : {}) };
    };

  const offersTo =
    (payload: APIInteraction, actor: DiscordActor): Origin['offers'] =>
    async (field: Field, form: Form): Promise<readonly Choice[]> => {
      if (field.input.kind !== 'search') return [];
      const { source } = field.input;
      const free =
        TYPED_FREELY.has(source) || (source === 'project' && form.action.command === 'access request new');
      if (free) return [];
      const lookup = { source, action: actionOf(form), typed: '' };
      const found = await commands.suggest({ ...lookup, ...whoAsks(payload, actor) });
      return found.length > limits.OPTIONS ? [] : found;
    };

  const whoAsks = (payload: APIInteraction, actor: DiscordActor) => ({
    account: actor.account,
    actsIn: actor.guildId ?? '',
    profile: profileFor(payload, actor),
  });

  const replyTo = (payload: APIInteraction, actor: DiscordActor, replaces: boolean): DiscordReply =>
    createReply(
      {
        id: payload.id,
        token: payload.token,
        replaces,
        submitted: payload.type === InteractionType.ModalSubmit,
        offers: offersTo(payload, actor),
      },
      listening,
    );

  const receive = (
    payload: APIInteraction,
    actor: DiscordActor,
    reply: DiscordReply,
    input: Interaction['input'],
  ) =>
    commands
      .receive({
        key: `discord:${payload.id}`,
        ...whoAsks(payload, actor),
        name: actor.name,
        workspaceName: listening.guildName(actor.guildId),
        ...(actor.guildId ? { managesWorkspace: actor.managesGuild } : {}),
        ...(payload.channel?.id ? { channel: payload.channel.id } : {}),
        input,
        reply,
      })
      .then(() => reply.finish());

  /** Carries out an action, whose form must be the first answer where one opens. */
  const carryOut = async (
    payload: APIInteraction,
    actor: DiscordActor,
    reply: DiscordReply,
    input: Exclude<Interaction['input'], { kind: 'typed' }>,
  ): Promise<void> => {
    if (!commands.wantsForm(input.action) && !(await reply.acknowledge())) return;
    await receive(payload, actor, reply, input);
  };

  const onCommand = async (payload: APIApplicationCommandInteraction, actor: DiscordActor): Promise<void> => {
    const reply = replyTo(payload, actor, false);
    await carryOut(payload, actor, reply, { kind: 'options', action: asked(payload) ?? UNREADABLE });
  };

  const onControl = async (payload: APIMessageComponentInteraction, actor: DiscordActor): Promise<void> => {
    const own = ((payload.message.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const reply = replyTo(payload, actor, own);
    const { custom_id: customId } = payload.data;
    if (customId === SAVED || customId === BACK) {
      if (await reply.acknowledge()) await reply.remove();
      return;
    }
    const control = formControl(customId);
    if (control) return onForm(payload, actor, reply, control);
    const values = 'values' in payload.data ? payload.data.values : [];
    const carried = decode(customId.startsWith('choose') ? (values[0] ?? '') : customId);
    if (carried?.kind === 'stored') return onStored(payload, actor, carried);
    await carryOut(payload, actor, reply, { kind: 'action', action: carried?.action ?? UNREADABLE });
  };

  /** What a button does was too long for it, or asks first. */
  const onStored = async (
    payload: APIMessageComponentInteraction,
    actor: DiscordActor,
    { id, asks }: { id: string; asks: boolean },
  ): Promise<void> => {
    const own = ((payload.message.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const known = listening.actions.peek(id);
    const reply = replyTo(payload, actor, own && !asks);
    if (!asks && known) return carryOut(payload, actor, reply, { kind: 'action', action: known.action });
    if (!(await reply.acknowledge())) return;
    const found = known ?? (await listening.actions.find(id));
    if (asks && found?.confirm) await reply.ask(question(found));
    else await receive(payload, actor, reply, { kind: 'action', action: found?.action ?? UNREADABLE });
  };

  const GONE = note('The form is gone', 'The form is too old, and nothing was sent. Type the command again.');

  const onForm = async (
    payload: APIInteraction,
    actor: DiscordActor,
    reply: DiscordReply,
    control: NonNullable<ReturnType<typeof formControl>>,
  ): Promise<void> => {
    if (control.kind === 'page') {
      const form = await listening.forms.find(control.id);
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
    const own = ((payload.message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const reply = replyTo(payload, actor, own);
    const control = formControl(payload.data.custom_id);
    if (control) return onForm(payload, actor, reply, control);
    if (await reply.acknowledge()) await reply.answer(GONE);
  };

  const onTyping = async (
    payload: APIApplicationCommandAutocompleteInteraction,
    actor: DiscordActor,
  ): Promise<void> => {
    const { action, focused = '' } = chosen(payload.data.name, payload.data.options);
    const choices = await within(SUGGEST_WITHIN, offered(payload, actor, action, focused));
    const body = {
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices: choices ?? [] },
    };
    await quick.post(Routes.interactionCallback(payload.id, payload.token), { body, auth: false });
  };

  async function offered(payload: APIInteraction, actor: DiscordActor, action: Action, focused: string) {
    const argument = commandNamed(action.command)?.args[focused];
    const input = argument?.input ?? (focused === ORGANIZATION_KEY ? ORGANIZATION : undefined);
    if (!input) return [];
    const all = action.args[focused] ?? '';
    const start = argument?.list ? all.lastIndexOf(',') + 1 : 0;
    const typed = all.slice(start).trimStart();
    const found =
      input.kind === 'search'
        ? await commands.suggest({ ...whoAsks(payload, actor), source: input.source, action, typed })
        : input.kind === 'choice'
          ? input.options.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()))
          : [];
    return found
      .map(({ value, label }) => ({
        name: `${all.slice(0, start)}${label}`.slice(0, limits.CHOICE_TEXT),
        value: `${all.slice(0, start)}${value}`,
      }))
      .filter(({ value }) => value.length > 0 && value.length <= limits.CHOICE_TEXT)
      .slice(0, limits.CHOICES);
  }

  const hear = (payload: APIInteraction): Promise<void> => {
    const actor = actorOf(payload);
    if (payload.type === InteractionType.Ping) return Promise.resolve();
    if (payload.guild_id !== undefined && !isInstalledHere(payload)) return Promise.resolve();
    switch (payload.type) {
      case InteractionType.ApplicationCommand:
        return onCommand(payload, actor);
      case InteractionType.MessageComponent:
        return onControl(payload, actor);
      case InteractionType.ModalSubmit:
        return onWindow(payload, actor);
      case InteractionType.ApplicationCommandAutocomplete:
        return onTyping(payload, actor);
    }
  };

  return async (payload) => {
    const work = hear(payload).catch((error: unknown) => {
      log.error({ err: error, kind: payload.type }, 'an interaction failed');
    });
    await track(work);
  };
}

const ORGANIZATION = { kind: 'search', source: 'organization' } as const;

const withErrors = (form: Form, errors: Readonly<Record<string, string>>): Form => {
  const names = new Set(form.fields.map(({ name }) => name));
  const rest = Object.entries(errors).filter(([name]) => !names.has(name));
  return {
    ...form,
    ...(rest.length > 0 ? { error: rest.map(([, error]) => error).join(' ') } : {}),
    fields: form.fields.map((field) => ({ ...field, error: errors[field.name] })),
  };
};

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
