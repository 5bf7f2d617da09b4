import { randomBytes } from 'node:crypto';
import { brokenCard, chooseCard, formWithHints, nounCard, unknownCard, withHints } from '../views/answers.ts';
import type { Action, Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { carryOut } from './carry-out.ts';
import { chooseOrganization } from './choose-organization.ts';
import type { Command, InOrganization } from './command.ts';
import { contextOf, type Dependencies, notLinked } from './context-of.ts';
import { checkForm, formOf, missingArgs } from './form-of.ts';
import { decides, drawHomeAnew, whileHeld } from './hold.ts';
import { commandKey, commandNamed, commands } from './index.ts';
import type { Commands, Interaction } from './interaction.ts';
import { keepSecretsOut } from './keep-secrets-out.ts';
import { ORGANIZATION_KEY, parse } from './parse.ts';
import { readArgs } from './read-args.ts';
import { fillInCard, refusal, refuseValues } from './refusal.ts';
import { settleForm, tieTo } from './settle-form.ts';
import { suggest } from './suggest.ts';

interface Place {
  here?: InOrganization;
}

/** A command with its raw arguments, and what was wrong or odd about the way it was typed. */
interface Typed {
  command: Command;
  action: Action;
  errors: Record<string, string>;
  hints: string[];
}

/** What was typed or pressed, as a command; or an answer, where it is none. */
const understand = (interaction: Interaction): Typed | { answer: Card } => {
  const { input } = interaction;
  if (input.kind !== 'typed') {
    const command = commandNamed(input.action.command);
    return command
      ? { command, action: input.action, errors: {}, hints: [] }
      : { answer: unknownCard(input.action.command, commands.slice(0, 3)) };
  }
  const parsed = parse(commands, input.root, input.text);
  if (parsed.kind === 'noun') return { answer: nounCard(input.root, parsed.noun, parsed.commands) };
  if (parsed.kind === 'unknown') return { answer: unknownCard(parsed.typed, parsed.near) };
  const action = { command: commandKey(parsed.command), args: parsed.args };
  return { command: parsed.command, action, errors: parsed.errors, hints: parsed.hints };
};

/** The one path on which everything that anybody types or presses is carried out and answered. */
export const createCommands = (deps: Dependencies): Commands => ({
  receive: async (interaction) => {
    try {
      const answer = await answerTo(deps, interaction);
      if (answer) await interaction.reply.answer(answer);
    } catch (error) {
      await report(deps, interaction, error);
    }
    if (interaction.inHome) await drawHomeAnew(deps, interaction);
  },
  wantsForm: (action) => {
    const command = commandNamed(action.command);
    return command !== undefined && missingArgs(command, action).length > 0;
  },
  decides: (action) => {
    const command = commandNamed(action.command);
    return command !== undefined && decides(command, action);
  },
  check: (action) => {
    const command = commandNamed(action.command);
    return command && checkForm(command, action);
  },
  suggest: async (lookup) => {
    try {
      return await suggest(deps, lookup);
    } catch (error) {
      deps.log.error({ err: error, source: lookup.source }, 'a lookup failed');
      return [];
    }
  },
  left: async (account, workspaceId) => {
    try {
      await deps.left(account, workspaceId);
    } catch (error) {
      deps.log.error({ err: error, account }, 'a leaver could not be followed up');
    }
  },
});

const report = async (deps: Dependencies, interaction: Interaction, error: unknown): Promise<void> => {
  const reference = `e-${randomBytes(4).toString('hex')}`;
  deps.log.error({ err: error, reference, interaction: interaction.key }, 'an interaction failed');
  try {
    await interaction.reply.answer(brokenCard(reference));
  } catch (second) {
    deps.log.error({ err: second, reference }, 'the failure could not be told');
  }
};

const answerTo = async (deps: Dependencies, interaction: Interaction): Promise<Card | Form | undefined> => {
  const understood = understand(interaction);
  if ('answer' in understood) return understood.answer;
  const { action, removed } = await keepSecretsOut(deps, interaction, understood);
  const answer = await follow(deps, interaction, { ...understood, action });
  return answer?.kind === 'card' ? withHints(answer, [...understood.hints, ...removed]) : answer;
};

const follow = async (
  deps: Dependencies,
  interaction: Interaction,
  { command, action, errors, hints }: Typed,
): Promise<Card | Form | undefined> => {
  const { reply } = interaction;
  // A form opens from the declaration alone: a platform's permission to open one lasts three seconds.
  if (Object.keys(errors).length === 0 && missingArgs(command, action).length > 0) {
    if (!reply.opensForms) return fillInCard(command, action);
    const form = formWithHints(formOf(command, action, {}, interaction.input.kind === 'action'), hints);
    await reply.answer(form);
    return settleForm(deps, interaction, command, form);
  }
  const read = readArgs(command, action);
  const wrong = { ...('errors' in read ? read.errors : {}), ...errors };
  if (!('values' in read) || Object.keys(wrong).length > 0)
    return refuseValues(interaction, command, action, wrong);
  const place: Place = {};
  const carryOutNow = () => run(deps, interaction, { command, action, values: read.values }, place);
  const answer = await (decides(command, action)
    ? whileHeld(deps, interaction, carryOutNow)
    : carryOutNow()
  ).catch((error) => refusal(error, interaction, command, action));
  return answer && place.here ? tieTo(answer, place.here) : answer;
};

interface Understood {
  command: Command;
  action: Action;
  values: Record<string, unknown>;
}

const run = async (
  deps: Dependencies,
  interaction: Interaction,
  { command, action, values }: Understood,
  place: Place,
): Promise<Card | Form> => {
  const ctx = await contextOf(deps, interaction);
  if (command.needs === 'nothing') return carryOut(command, ctx, action, values);
  if (!ctx.caller.userId) throw notLinked();
  if (command.needs === 'user') return carryOut(command, ctx, action, values);
  const chosen = await chooseOrganization(deps.db, ctx.caller, action.args[ORGANIZATION_KEY]);
  if ('choices' in chosen) return chooseCard(action, chosen.choices);
  place.here = { ...ctx, organization: chosen.organization };
  return carryOut(command, place.here, action, values);
};
