import { setTimeout as delay } from 'node:timers/promises';
import {
  type APIButtonComponent,
  ButtonStyle,
  ComponentType,
  InteractionResponseType,
  MessageFlags,
  type REST,
  Routes,
} from 'discord.js';
import type { Logger } from 'pino';
import type { Reply } from '../../commands/interaction.ts';
import type { Card } from '../../views/card.ts';
import type { Choice, Field, Form } from '../../views/form.ts';
import { fileMissing, note } from '../notes.ts';
import type { Actions } from './actions.ts';
import { ALREADY_ANSWERED, discordCode, factsOf, toPlatformError, UNKNOWN_INTERACTION } from './client.ts';
import { type Attached, attached } from './file.ts';
import { formCard, type Offered, pagesOf, renderForm } from './form.ts';
import { type Forms, formButtons, windowId } from './forms.ts';
import { type PressedMessage, redrawn } from './held.ts';
import { renderMessage } from './render.ts';

export interface ReplyContext {
  quick: REST;
  patient: REST;
  applicationId: string;
  actions: Actions;
  forms: Forms;
  log: Logger;
  stopping: AbortSignal;
  /** For how long a secret stands where its owner does not take it away. */
  secretLife: number;
}

/** What is answered, and what the answer may replace. */
export interface Origin {
  id: string;
  token: string;
  /** Acted in a message that this person alone sees: the answer takes its place. */
  replaces: boolean;
  /** A window was sent, after which none can open. */
  submitted: boolean;
  /** The posted message that was pressed, or whose button asked or opened the window. */
  pressed?: PressedMessage | undefined;
  /** What a search field offers to whoever acts. */
  offers: (field: Field, form: Form) => Promise<readonly Choice[]>;
}

export interface DiscordReply extends Reply {
  /** Says that the answer comes; false where another session of ours answers already. */
  acknowledge(how?: { private: boolean }): Promise<boolean>;
  openPage(form: Form, page: number): Promise<void>;
  /** Asks before something is done; another button of ours takes the question away. */
  ask(card: Card): Promise<void>;
  /** Says that the answer takes a while, in place of buttons that still seem to be live. */
  working(): Promise<void>;
  /** Everything has been said: a form that waited for better words opens now. */
  finish(): Promise<void>;
  remove(): Promise<void>;
}

/** For how long an unopened form waits for the organization's own words, and then for what its fields offer. */
const BETTER_WORDS = 700;
const SUGGESTIONS = 800;
const TRIES = 3;
const LONGEST_WAIT = 60;
const NOTHING: Attached = { files: [], below: [] };
const WORKING = note('Working…', 'Working. The answer follows here.');

export const SAVED = 'saved';
export const BACK = 'back';

/** Answers one act. A failure to show the answer is told and logged here and never thrown: the command is carried out. */
export function createReply(origin: Origin, context: ReplyContext): DiscordReply {
  const { quick, patient, applicationId, actions, forms, log, stopping, secretLife } = context;
  const original = Routes.webhookMessage(applicationId, origin.token, '@original');
  let state: 'open' | 'acknowledged' | 'window' = 'open';
  let lost = false;
  let answered = false;
  let taken = false;
  let held: { form: Form; timer: NodeJS.Timeout } | undefined;
  let queue = Promise.resolve();
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work);
    return queue;
  };

  /** False where somebody else has answered, or it is too late: then nothing of ours can be shown any more. */
  const callback = async (type: InteractionResponseType, data?: object): Promise<boolean> => {
    try {
      await quick.post(Routes.interactionCallback(origin.id, origin.token), {
        body: { type, ...(data ? { data } : {}) },
        auth: false,
      });
      return true;
    } catch (error) {
      const code = discordCode(error);
      if (code !== ALREADY_ANSWERED && code !== UNKNOWN_INTERACTION) throw error;
      log.info({ code }, 'another session answers, or nobody can any more');
      lost = true;
      return false;
    }
  };

  const acknowledge = async ({ private: apart }: { private: boolean } = { private: !origin.replaces }) => {
    if (state !== 'open') return !lost;
    state = 'acknowledged';
    return apart
      ? callback(InteractionResponseType.DeferredChannelMessageWithSource, { flags: MessageFlags.Ephemeral })
      : callback(InteractionResponseType.DeferredMessageUpdate);
  };

  async function offeredTo(form: Form, page: number): Promise<Offered> {
    const fields = (pagesOf(form)[page] ?? []).filter(({ input }) => input.kind === 'search');
    const found = await Promise.all(
      fields.map(async (field) => {
        const late = delay(SUGGESTIONS, undefined, { ref: false });
        return { field, choices: await Promise.race([origin.offers(field, form), late]) };
      }),
    );
    return new Map(found.flatMap(({ field, choices }) => (choices ? [[field, choices]] : [])));
  }

  async function openPage(form: Form, page: number): Promise<void> {
    const { id, kept } = forms.keep(form);
    kept.catch((error: unknown) => log.error(factsOf(error), 'an open form could not be kept'));
    state = 'window';
    try {
      const window = renderForm(form, page, windowId(id, page), await offeredTo(form, page));
      await callback(InteractionResponseType.Modal, window);
    } catch (error) {
      log.error(factsOf(error), 'a form could not open');
      state = 'open';
      await attempt(
        note('The form could not open', 'The form could not open. Press or type it once more.'),
        1,
      );
    }
  }

  async function openHeld(): Promise<void> {
    if (!held) return;
    const { form, timer } = held;
    held = undefined;
    clearTimeout(timer);
    if (state === 'open') await openPage(form, 0);
  }

  async function write(message: object, { files, below }: Attached, first: boolean): Promise<void> {
    const body = {
      ...message,
      attachments: files.map(({ name, description }, id) => ({ id, filename: name, description })),
    };
    const upload = files.map(({ name, data, contentType }) => ({ name, data, contentType }));
    const rest = below.length > 0 ? patient : quick;
    if (first) await rest.patch(original, { body, files: upload, auth: false });
    else {
      const flags = MessageFlags.Ephemeral | MessageFlags.IsComponentsV2;
      await rest.post(Routes.webhook(applicationId, origin.token), {
        body: { ...body, flags },
        files: upload,
        auth: false,
      });
    }
  }

  async function show(answer: Card | Form, below: APIButtonComponent[]): Promise<void> {
    if (lost) return;
    if (answer.kind === 'form' && state === 'window') return;
    const apart = state === 'window';
    if (state === 'open' && !(await acknowledge())) return;
    const card = answer.kind === 'form' ? formCard(answer) : answer;
    const controls = answer.kind === 'form' ? await formControls(answer) : card.secret ? [saved] : below;
    const file = await attached(card);
    const drawn = renderMessage(card, { controls, below: file.below });
    await actions.keep(drawn.stored);
    await write(drawn.message, file, !apart);
    if (card.secret) forget();
  }

  async function formControls(form: Form): Promise<APIButtonComponent[]> {
    const { id, kept } = forms.keep(form);
    await kept;
    return formButtons(form, id);
  }

  const remove = async () => {
    await quick.delete(original, { auth: false });
  };

  function forget(): void {
    setTimeout(() => {
      remove().catch((error: unknown) =>
        log.debug({ problem: toPlatformError(error).message }, 'a secret is gone already'),
      );
    }, secretLife).unref();
  }

  async function redraw(pressed: PressedMessage, taken: boolean): Promise<void> {
    const body = redrawn(pressed, taken);
    if (body) await quick.patch(Routes.channelMessage(pressed.channel, pressed.id), { body });
  }

  const noted = (what: string) => (error: unknown) => log.warn(factsOf(error), what);

  const hold = async () => {
    if (origin.pressed) await redraw(origin.pressed, true).catch(noted('buttons could not be taken away'));
    await showWorking();
  };

  const showWorking = async () => {
    if (answered || !origin.replaces || state !== 'acknowledged') return;
    await write(renderMessage(WORKING).message, NOTHING, true).catch(noted('nothing could be told'));
  };

  async function attempt(
    answer: Card | Form,
    tries: number,
    below: APIButtonComponent[] = [],
  ): Promise<void> {
    try {
      await show(answer, below);
    } catch (error) {
      const problem = toPlatformError(error);
      const wait = problem.retryAfterSeconds ?? 1;
      if (tries > 1 && problem.code === 'later' && wait <= LONGEST_WAIT && !stopping.aborted) {
        await delay(wait * 1000, undefined, { signal: stopping }).catch(() => {});
        return attempt(answer, tries - 1, below);
      }
      if (answer.kind === 'card' && answer.file) {
        return attempt(fileMissing(problem.message), 1);
      }
      log.error(factsOf(error), 'an answer could not be shown');
      const how = 'Ask again, or open your dashboard with /access home, to see how things stand.';
      const { message } = renderMessage(
        note('The answer is missing', `The answer could not be shown. ${problem.message} ${how}`),
      );
      await write(message, NOTHING, state === 'acknowledged').catch((second: unknown) => {
        log.warn({ problem: toPlatformError(second).message }, 'nothing could be told');
      });
    }
  }

  return {
    opensForms: true,
    acknowledge,
    openPage: (form, page) => inOrder(() => openPage(form, page)),
    answer(answer) {
      const waits = state === 'open' && answer.kind === 'form' && !origin.submitted && opensAsWindow(answer);
      if (waits && answer.kind === 'form') {
        const better = held !== undefined;
        clearTimeout(held?.timer);
        held = { form: answer, timer: setTimeout(() => void inOrder(openHeld), BETTER_WORDS) };
        return better ? inOrder(openHeld) : Promise.resolve();
      }
      clearTimeout(held?.timer);
      held = undefined;
      answered = true;
      return inOrder(() => attempt(answer, TRIES));
    },
    working: () => (answered || taken ? queue : inOrder(showWorking)),
    hold() {
      taken = true;
      return inOrder(hold);
    },
    putBack: () =>
      inOrder(async () => {
        if (origin.pressed)
          await redraw(origin.pressed, false).catch(noted('buttons could not be given back'));
      }),
    ask: (card) => inOrder(() => attempt(card, TRIES, [back])),
    finish: () => inOrder(openHeld),
    remove,
  };
}

/** A form with buttons of its own has no place for them in a window; one with errors has none for these. */
const opensAsWindow = (form: Form): boolean =>
  (form.buttons ?? []).length === 0 &&
  form.error === undefined &&
  form.fields.length > 0 &&
  form.fields.every(({ error }) => error === undefined);

const saved: APIButtonComponent = {
  type: ComponentType.Button,
  style: ButtonStyle.Primary,
  label: 'I have saved it',
  custom_id: SAVED,
};

const back: APIButtonComponent = {
  type: ComponentType.Button,
  style: ButtonStyle.Secondary,
  label: 'Back',
  custom_id: BACK,
};
