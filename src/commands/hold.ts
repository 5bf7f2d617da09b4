import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '../core/context.ts';
import { holdMessage } from '../core/delivery/hold.ts';
import type { Action } from '../views/card.ts';
import type { Command } from './command.ts';
import type { Dependencies } from './context-of.ts';
import { missingArgs } from './form-of.ts';
import type { Interaction } from './interaction.ts';

/** For so long the buttons wait until it is noted that they go: a slow database holds nothing up. */
const A_MOMENT = 200;

export const decides = (command: Command, action: Action): boolean =>
  missingArgs(command, action).length === 0 &&
  (action.confirmed === true || command.settles?.(action.args) === true);

/**
 * Takes the pressed buttons away while `run` decides, and has the card drawn anew whatever becomes of it. It is noted
 * twice: before the buttons go, for a process that ends here, and afterwards, because a drawing that was under way may
 * have come in between.
 */
export const whileHeld = async <T>(
  deps: Dependencies,
  interaction: Interaction,
  run: () => Promise<T>,
): Promise<T> => {
  const { pressed, account, reply, input } = interaction;
  if (input.kind !== 'action' || !reply.hold) return run();
  const note = async () => {
    if (!pressed) return undefined;
    try {
      return await holdMessage(deps.db, { platform: account.platform, ...pressed });
    } catch (error) {
      deps.log.error({ err: error, pressed }, 'a message without its buttons could not be noted');
      return undefined;
    }
  };
  await Promise.race([note(), delay(A_MOMENT, undefined, { ref: false })]);
  await reply.hold();
  const noted = note();
  try {
    return await run();
  } finally {
    await drawAnew(deps, interaction, await noted);
  }
};

/** Draws somebody's home anew: what they have pressed in it may be about what is settled. */
export const drawHomeAnew = async (deps: Dependencies, { account }: Interaction): Promise<void> => {
  try {
    await deps.enqueue(deps.db, [homeOf(account)]);
  } catch (error) {
    deps.log.error({ err: error, account }, 'a home could not be drawn anew');
  }
};

const homeOf = ({ platform, workspaceId, externalId }: Interaction['account']): Job => ({
  queue: 'home',
  data: { platform, workspaceId, externalId },
  key: `${platform}:${workspaceId}:${externalId}`,
});

const drawAnew = async (
  deps: Dependencies,
  { pressed, account, reply }: Interaction,
  drawing: Awaited<ReturnType<typeof holdMessage>>,
): Promise<void> => {
  const home = homeOf(account);
  try {
    await deps.enqueue(deps.db, drawing ? [drawing, home] : [home]);
    if (pressed && !drawing) await reply.putBack?.();
  } catch (error) {
    deps.log.error({ err: error, pressed }, 'a card could not be drawn anew');
    await reply.putBack?.();
  }
};
