import { setTimeout as delay } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import { SlackError, type WebClient } from '@slack/web-api';
import type { Card, CardFile } from '../../views/card.ts';
import type { Form } from '../../views/form.ts';
import { fileMissing, note } from '../notes.ts';
import { PlatformError } from '../platform.ts';
import { slackError, toPlatformError } from './client.ts';
import { sendFile } from './file.ts';
import { renderForm } from './form.ts';
import { type PressedMessage, redrawn } from './held.ts';
import { doorway, fileSent, shownInWindow, workingView } from './notes.ts';
import { renderHome, renderMessage, renderModal } from './render.ts';
import { createRespond } from './respond.ts';

/** Where somebody acted, which decides where the answer can go. */
export type Origin = {
  user: string;
  /** The posted message that was pressed, or whose button opened the window. */
  pressed?: PressedMessage | undefined;
  /** The pressed control stands in their Home. */
  inHome?: true;
  /** A button that was pressed a moment ago already: the answer to that stands here. */
  again?: true;
} & (
  | {
      kind: 'typed' | 'ephemeral' | 'message';
      channel: string;
      threadTs?: string | undefined;
      triggerId: string;
      responseUrl: string | undefined;
    }
  | { kind: 'mention'; channel: string; threadTs: string | undefined }
  /** A window that is open already: a button in it, or its submission, which has been answered with `workingView`. */
  | { kind: 'view'; viewId: string; submitted: boolean }
  /** No message to answer under: a window opens at once, before there is anything to say. */
  | { kind: 'window'; triggerId: string }
  | { kind: 'home'; hash: string | undefined }
);

export interface SurfaceContext {
  quick: WebClient;
  /** For files, which take their time. */
  patient: WebClient;
  teamId: () => string;
  apiUrl: string | undefined;
  /** By the window that a message's button has opened. Other replicas know nothing of it, and leave that message's buttons. */
  openedFrom: Map<string, PressedMessage>;
}

export interface Surface {
  show(answer: Card | Form): Promise<void>;
  /** Says one sentence that is no answer, and nobody's secret, wherever it can be heard. */
  tell(title: string, text: string): Promise<void>;
  /** Takes away what could be pressed again, as far as that is possible here. */
  showWorking(): Promise<void>;
  /** The same at once, and for everybody who sees the pressed message. */
  hold(): Promise<void>;
  putBack(): Promise<void>;
}

const OPENED_FROM = 1_000;

const EXPIRED = new Set([
  'expired_trigger_id',
  'exchanged_trigger_id',
  'trigger_exchanged',
  'trigger_expired',
]);

/** A trigger lives three seconds and serves once. */
export const isExpired = (error: unknown): boolean => EXPIRED.has(slackError(error) ?? '');

const WORKING = note('Working…', 'Working. The answer follows here.');

/** Slack draws the view of our acknowledgement when that arrives, over whatever an earlier call has put there. */
const AFTER_SUBMISSION = 150;

/** The place that one person's answers appear in. */
export function createSurface(origin: Origin, context: SurfaceContext): Surface {
  const { quick, patient, teamId, apiUrl, openedFrom } = context;
  const channel = 'channel' in origin ? origin.channel : undefined;
  const thread = 'threadTs' in origin && origin.threadTs ? { thread_ts: origin.threadTs } : {};
  const respond = createRespond('responseUrl' in origin ? origin.responseUrl : undefined, apiUrl);
  const drawn = origin.kind === 'view' && origin.submitted ? delay(AFTER_SUBMISSION) : undefined;
  let viewId = origin.kind === 'view' ? origin.viewId : undefined;

  const open = async (triggerId: string, view: ModalView): Promise<string> => {
    const opened = await quick.views.open({ trigger_id: triggerId, view });
    if (opened.view?.id) return opened.view.id;
    throw new PlatformError('later', 'Slack opened no window.');
  };

  const opening = origin.kind === 'window' ? open(origin.triggerId, workingView()) : undefined;
  // Whoever answers awaits it; until then its failure is nobody's and must not end the process.
  opening?.catch(() => {});

  async function postEphemeral(card: Card, tables: number): Promise<void> {
    const message = renderMessage(card, teamId(), tables);
    if (channel === undefined) {
      // A direct message stays in the history, where no secret may stand.
      const kept = card.secret ? renderMessage(shownInWindow(card), teamId(), tables) : message;
      await quick.chat.postMessage({ channel: origin.user, ...kept });
    } else await quick.chat.postEphemeral({ channel, user: origin.user, ...thread, ...message });
  }

  async function whisper(card: Card): Promise<void> {
    const replaces = origin.kind === 'ephemeral' && !origin.again;
    if (await respond({ ...renderMessage(card, teamId()), ...thread }, replaces)) return;
    try {
      await postEphemeral(card, 1);
    } catch (error) {
      if (slackError(error) !== 'invalid_blocks') throw error;
      await postEphemeral(card, 0);
    }
  }

  /** Opens the form while its trigger lives; afterwards leaves a button, whose press brings a new one. */
  async function offer(form: Form): Promise<void> {
    if (!('triggerId' in origin)) return whisper(doorway(form));
    const view = renderForm(form, teamId());
    try {
      viewId = await open(origin.triggerId, view);
      if (openedFrom.size >= OPENED_FROM) openedFrom.clear();
      if (origin.pressed) openedFrom.set(viewId, origin.pressed);
    } catch (error) {
      if (!isExpired(error) && toPlatformError(error).code !== 'later') throw error;
      await whisper(doorway(form));
    }
  }

  /** A secret's own window while the trigger lives; the caller's ephemeral answer where none opens. */
  async function confide(card: Card): Promise<void> {
    if ('triggerId' in origin) {
      try {
        viewId = await open(origin.triggerId, renderModal(card, teamId()));
        await whisper(shownInWindow(card));
        return;
      } catch (error) {
        if (viewId !== undefined || !(isExpired(error) || toPlatformError(error).code === 'later'))
          throw error;
      }
    }
    await whisper(card);
  }

  const delivered = new WeakMap<CardFile, Card>();

  /** The answer once its file is there: sent once, however often the answer itself has to be shown. */
  async function withFile(answer: Card, file: CardFile): Promise<Card> {
    const known = delivered.get(file);
    if (known) return known;
    let told = fileSent(answer);
    try {
      await sendFile(patient, file, { user: origin.user, apiUrl });
    } catch (error) {
      if (!(error instanceof PlatformError || error instanceof SlackError)) throw error;
      const problem = toPlatformError(error);
      if (problem.code === 'later') throw error;
      told = fileMissing(problem.message);
    }
    delivered.set(file, told);
    return told;
  }

  return {
    async show(given) {
      if (origin.kind === 'view' && origin.again) return;
      const answer = given.kind === 'card' && given.file ? await withFile(given, given.file) : given;
      viewId ??= await opening;
      await drawn;
      if (viewId !== undefined) {
        const view = answer.kind === 'form' ? renderForm(answer, teamId()) : renderModal(answer, teamId());
        await quick.views.update({ view_id: viewId, view });
      } else if (origin.kind === 'home') {
        const view = renderHome(answer.kind === 'form' ? doorway(answer) : shownInWindow(answer), teamId());
        const hash = origin.hash ? { hash: origin.hash } : {};
        await quick.views.publish({ user_id: origin.user, view, ...hash });
      } else if (answer.kind === 'form') await offer(answer);
      else if (answer.secret) await confide(answer);
      else await whisper(answer);
    },
    async tell(title, text) {
      if (origin.kind !== 'home') await whisper(note(title, text));
    },
    async showWorking() {
      if (viewId !== undefined) await quick.views.update({ view_id: viewId, view: workingView() });
      else await whisper(WORKING);
    },
    async hold() {
      if (origin.pressed) await quick.chat.update(redrawn(origin.pressed, true));
      if (origin.again) return;
      if (origin.kind === 'ephemeral') await respond(renderMessage(WORKING, teamId()), true);
      else if (origin.kind === 'view' && !origin.submitted)
        await quick.views.update({ view_id: origin.viewId, view: workingView() });
    },
    async putBack() {
      if (origin.pressed) await quick.chat.update(redrawn(origin.pressed, false));
    },
  };
}
