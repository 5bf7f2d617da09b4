import { setTimeout as delay } from 'node:timers/promises';
import { SlackError, WebAPIRateLimitedError } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Reply } from '../../commands/interaction.ts';
import type { Card } from '../../views/card.ts';
import type { Form } from '../../views/form.ts';
import { PlatformError } from '../platform.ts';
import { ActionTooLong } from './action.ts';
import { slackError, toPlatformError } from './client.ts';
import { tooLong } from './notes.ts';
import { createSurface, isExpired, type Origin, type SurfaceContext } from './surface.ts';

export interface SlackReply extends Reply {
  /** Says that the answer takes a while, unless it has come already. */
  working(): Promise<void>;
  /** How long somebody may look at nothing, or at a button that still seems to be live. */
  patience: number | undefined;
}

export interface ReplyContext extends SurfaceContext {
  log: Logger;
  stopping: AbortSignal;
}

const TRIES = 3;
const LONGEST_WAIT = 60;

/**
 * Answers one act. A failure to show the answer is told and logged here and never thrown: the command behind it has
 * been carried out, and whoever ran it must not take it for failed.
 */
export function createReply(origin: Origin, context: ReplyContext): SlackReply {
  const { log, stopping } = context;
  const surface = createSurface(origin, context);
  let answered = false;
  let held = false;

  const tell = (title: string, text: string) =>
    surface.tell(title, text).catch((error: unknown) => {
      log.warn({ origin: origin.kind, problem: toPlatformError(error).message }, 'nothing could be told');
    });

  async function attempt(answer: Card | Form, tries: number): Promise<void> {
    try {
      await surface.show(answer);
    } catch (error) {
      if (error instanceof ActionTooLong) return attempt(tooLong, tries);
      const problem = toPlatformError(error);
      const wait = problem.retryAfterSeconds ?? 1;
      const again = tries > 1 && wait <= LONGEST_WAIT && !stopping.aborted;
      if (again && problem.code === 'later' && isSlacks(error)) {
        if (error instanceof WebAPIRateLimitedError)
          await tell('One moment', `Slack asks me to slow down. The answer comes in about ${wait} s.`);
        await delay(wait * 1000, undefined, { signal: stopping }).catch(() => {});
        return attempt(answer, tries - 1);
      }
      await giveUp(error, problem, answer);
    }
  }

  async function giveUp(error: unknown, problem: PlatformError, answer: Card | Form): Promise<void> {
    const code = slackError(error);
    // Somebody has drawn this home again since, from newer facts.
    if (code === 'hash_conflict') return;
    const closed = code === 'not_found' || code === 'view_not_found';
    // Whoever closed a form wanted nothing, and nothing was done.
    if (closed && answer.kind === 'form') return;
    const facts = { origin: origin.kind, slack: code, problem: problem.message };
    if (closed) log.info(facts, 'a window was closed before its answer came');
    else log.error(isSlacks(error) ? facts : { ...facts, err: error }, 'an answer could not be shown');
    const how = 'Ask again, or open my Home tab, to see how things stand.';
    if (closed) return tell('The window was closed', `The window was closed before the answer came. ${how}`);
    if (isExpired(error))
      return tell('No window', 'Slack did not let a window open in time. Press it once more.');
    return tell('The answer is missing', `The answer could not be shown. ${problem.message} ${how}`);
  }

  const noted = (what: string) => (error: unknown) =>
    log.warn(
      { origin: origin.kind, slack: slackError(error), problem: toPlatformError(error).message },
      what,
    );

  let queue = Promise.resolve();
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work);
    return queue;
  };

  return {
    opensForms: origin.kind !== 'mention' && origin.kind !== 'home',
    patience: patienceOf(origin),
    answer(answer) {
      answered = true;
      return inOrder(() => attempt(answer, TRIES));
    },
    working() {
      return answered || held ? queue : inOrder(() => surface.showWorking().catch(() => {}));
    },
    hold() {
      held = true;
      return inOrder(() => surface.hold().catch(noted('buttons could not be taken away')));
    },
    putBack: () => inOrder(() => surface.putBack().catch(noted('buttons could not be given back'))),
  };
}

const isSlacks = (error: unknown): boolean => error instanceof PlatformError || error instanceof SlackError;

function patienceOf(origin: Origin): number | undefined {
  if (origin.kind === 'ephemeral') return 700;
  if (origin.kind === 'view') return origin.submitted ? undefined : 700;
  return origin.kind === 'window' || origin.kind === 'home' ? undefined : 2_000;
}
