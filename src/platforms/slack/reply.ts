import { setTimeout as delay } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import { WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Reply } from '../../commands/interaction.ts';
import type { Card } from '../../views/card.ts';
import type { Form } from '../../views/form.ts';
import { PlatformError } from '../platform.ts';
import { slackError, toPlatformError } from './client.ts';
import { renderForm } from './form.ts';
import { MODAL_TITLE, SECTION } from './limits.ts';
import { renderHome, renderMessage, renderModal } from './render.ts';
import { createRespond } from './respond.ts';
import { plain } from './text.ts';

/** Where somebody acted, which decides where the answer can go. */
export type Origin = { user: string } & (
  | {
      kind: 'typed' | 'ephemeral' | 'message';
      channel: string;
      triggerId: string;
      responseUrl: string | undefined;
    }
  | { kind: 'thread'; channel: string; threadTs: string | undefined }
  /** A window that is open already: a button in it, or its submission, which has been answered with `workingView`. */
  | { kind: 'view'; viewId: string; submitted: boolean }
  /** No message to answer under: a window opens at once, before there is anything to say. */
  | { kind: 'window'; triggerId: string }
  | { kind: 'home'; hash: string | undefined }
);

export interface SlackReply extends Reply {
  /** Says that the answer takes a while, unless it has come already. */
  working(): Promise<void>;
  /** How long somebody may look at nothing, or at a button that still seems to be live. */
  patience: number | undefined;
}

export interface ReplyContext {
  quick: WebClient;
  teamId: () => string;
  apiUrl: string | undefined;
  log: Logger;
  stopping: AbortSignal;
}

const EXPIRED = new Set([
  'expired_trigger_id',
  'exchanged_trigger_id',
  'trigger_exchanged',
  'invalid_trigger_id',
  'trigger_expired',
]);
const TRIES = 3;
const LONGEST_WAIT = 60;
/** Slack draws the view of our acknowledgement when that arrives, over whatever an earlier call has put there. */
const AFTER_SUBMISSION = 150;

export const workingView = (title = 'Rollcall'): ModalView => ({
  type: 'modal',
  callback_id: 'working',
  title: plain(title, MODAL_TITLE),
  close: plain('Close', MODAL_TITLE),
  blocks: [{ type: 'section', text: plain('Working…', SECTION) }],
});

const note = (title: string, text: string): Card => ({
  kind: 'card',
  title,
  text,
  blocks: [{ kind: 'text', text }],
});

/** The way into a form where none can open by itself: a button brings a fresh trigger with it. */
const doorway = ({ title, submit, action }: Form): Card => ({
  kind: 'card',
  title,
  text: `${title}: some details are missing. Open the form to fill them in.`,
  blocks: [
    { kind: 'text', text: 'Some details are missing.' },
    {
      kind: 'buttons',
      buttons: [{ label: 'Open the form', says: `Open the form: ${submit}`, style: 'primary', action }],
    },
  ],
});

const tooLong = note(
  'The form could not open',
  'The form could not open: what was typed is longer than Slack can carry. Shorten it and try again.',
);

export function createReply(origin: Origin, context: ReplyContext): SlackReply {
  const { quick, teamId, log, stopping } = context;
  const channel = 'channel' in origin ? origin.channel : undefined;
  const respond = createRespond('responseUrl' in origin ? origin.responseUrl : undefined, context.apiUrl);
  let viewId = origin.kind === 'view' ? origin.viewId : undefined;
  const drawn = origin.kind === 'view' && origin.submitted ? delay(AFTER_SUBMISSION) : undefined;
  let answered = false;

  const open = async (triggerId: string, view: ModalView): Promise<string> => {
    const opened = await quick.views.open({ trigger_id: triggerId, view });
    if (opened.view?.id) return opened.view.id;
    throw new PlatformError('later', 'Slack opened no window.');
  };

  const opening = origin.kind === 'window' ? open(origin.triggerId, workingView()) : undefined;
  // Whoever answers awaits it; until then its failure is nobody's and must not end the process.
  opening?.catch(() => {});

  const postEphemeral = async (card: Card, tables: number) => {
    if (channel === undefined)
      return quick.chat.postMessage({ channel: origin.user, ...renderMessage(card, teamId(), tables) });
    const thread = origin.kind === 'thread' && origin.threadTs ? { thread_ts: origin.threadTs } : {};
    return quick.chat.postEphemeral({
      channel,
      user: origin.user,
      ...thread,
      ...renderMessage(card, teamId(), tables),
    });
  };

  /** For the eyes of the person who acted. Never called with an answer where only a durable message could show it. */
  async function whisper(card: Card): Promise<void> {
    if (await respond(renderMessage(card, teamId()), origin.kind === 'ephemeral')) return;
    try {
      await postEphemeral(card, 1);
    } catch (error) {
      if (slackError(error) !== 'invalid_blocks') throw error;
      await postEphemeral(card, 0);
    }
  }

  async function openForm(form: Form, triggerId: string): Promise<boolean> {
    const view = renderForm(form, teamId());
    try {
      viewId = await open(triggerId, view);
      return true;
    } catch (error) {
      const late = EXPIRED.has(slackError(error) ?? '') || toPlatformError(error).code === 'later';
      if (late) return false;
      throw error;
    }
  }

  async function show(answer: Card | Form): Promise<void> {
    viewId ??= await opening;
    await drawn;
    if (viewId !== undefined) {
      const view = answer.kind === 'form' ? renderForm(answer, teamId()) : renderModal(answer, teamId());
      await quick.views.update({ view_id: viewId, view });
    } else if (origin.kind === 'home') {
      const card = answer.kind === 'form' ? doorway(answer) : answer;
      const hash = origin.hash ? { hash: origin.hash } : {};
      await quick.views.publish({ user_id: origin.user, view: renderHome(card, teamId()), ...hash });
    } else if (answer.kind === 'card') await whisper(answer);
    else if (!('triggerId' in origin) || !(await openForm(answer, origin.triggerId)))
      await whisper(doorway(answer));
  }

  async function tell(text: string): Promise<void> {
    await whisper(note('One moment', text)).catch(() => {});
  }

  async function attempt(answer: Card | Form, tries: number): Promise<void> {
    try {
      await show(answer);
    } catch (error) {
      if (error instanceof RangeError) return attempt(tooLong, tries);
      const problem = toPlatformError(error);
      const wait = problem.retryAfterSeconds ?? 1;
      if (problem.code === 'later' && tries > 1 && wait <= LONGEST_WAIT && !stopping.aborted) {
        if (error instanceof WebAPIRateLimitedError)
          await tell(`Slack asks me to slow down. The answer comes in about ${wait} s.`);
        await delay(wait * 1000, undefined, { signal: stopping }).catch(() => {});
        return attempt(answer, tries - 1);
      }
      const code = slackError(error);
      // Somebody has drawn this home again since, from newer facts.
      if (code === 'hash_conflict') return;
      log.error(
        { origin: origin.kind, slack: code ?? problem.code, problem: problem.message },
        'an answer could not be shown',
      );
      if (origin.kind === 'home') return;
      if (code === 'not_found' || code === 'view_not_found') {
        return tell(
          'The window was closed before the answer came. Open my Home tab, or ask again, to see how things stand.',
        );
      }
      if (EXPIRED.has(code ?? ''))
        return tell('Slack did not let a window open in time. Press it once more.');
      return tell(`The answer could not be shown. ${problem.message} Ask again to see how things stand.`);
    }
  }

  let queue = Promise.resolve();
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work);
    return queue;
  };

  return {
    opensForms: origin.kind !== 'thread' && origin.kind !== 'home',
    patience: patienceOf(origin),
    answer(answer) {
      answered = true;
      return inOrder(() => attempt(answer, TRIES));
    },
    working() {
      if (answered) return queue;
      return inOrder(async () => {
        if (viewId !== undefined)
          await quick.views.update({ view_id: viewId, view: workingView() }).catch(() => {});
        else await whisper(note('Working…', 'Working. The answer follows here.')).catch(() => {});
      });
    },
  };
}

function patienceOf(origin: Origin): number | undefined {
  if (origin.kind === 'ephemeral') return 700;
  if (origin.kind === 'view') return origin.submitted ? undefined : 700;
  return origin.kind === 'window' || origin.kind === 'home' ? undefined : 2_000;
}
