import { randomBytes } from 'node:crypto';
import type { Context, InstallationPolicy } from '../core/context.ts';
import { DomainError } from '../core/errors.ts';
import type { Organization } from '../core/organization/organization.ts';
import { type Caller, identify } from '../core/user/identify.ts';
import { linkByProfile } from '../core/user/link-by-profile.ts';
import type { Db } from '../db/client.ts';
import { brokenCard, chooseCard, errorCard, nounCard, previewCard, unknownCard } from '../views/answers.ts';
import type { Action, Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { chooseOrganization } from './choose-organization.ts';
import type { Command, CommandContext, Health, InOrganization, Values } from './command.ts';
import { checkForm, formOf, missingArgs } from './form-of.ts';
import { commandKey, commandNamed, commands } from './index.ts';
import type { Commands, Interaction, Profile } from './interaction.ts';
import { offersFor } from './offers.ts';
import { ORGANIZATION_KEY, parse } from './parse.ts';
import { personOf } from './person-of.ts';
import { readArgs } from './read-args.ts';
import { suggest } from './suggest.ts';
import { withOrganization } from './with-organization.ts';

export interface Dependencies {
  db: Db;
  installation: InstallationPolicy;
  enqueue: Context['enqueue'];
  health: () => Promise<readonly Health[]>;
  left: Commands['left'];
  log: { error: (facts: object, message: string) => void };
}

/** Where an answer belongs, known once the organization has been chosen. */
interface Place {
  organization?: Organization;
}

/** What was typed or pressed, as a command and its raw arguments; or an answer, where it is no command. */
const understand = (
  interaction: Interaction,
): { command: Command; action: Action; errors: Record<string, string> } | { answer: Card } => {
  const { input } = interaction;
  if (input.kind === 'action') {
    const command = commandNamed(input.action.command);
    return command
      ? { command, action: input.action, errors: {} }
      : { answer: unknownCard(input.action.command, commands.slice(0, 3)) };
  }
  const parsed = parse(commands, input.root, input.text);
  if (parsed.kind === 'noun') return { answer: nounCard(input.root, parsed.noun, parsed.commands) };
  if (parsed.kind === 'unknown') return { answer: unknownCard(parsed.typed, parsed.near) };
  const action = { command: commandKey(parsed.command), args: parsed.args };
  return { command: parsed.command, action, errors: parsed.errors };
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
  left: async (account) => {
    try {
      await deps.left(account);
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
  const { command, action, errors } = understood;
  const { reply } = interaction;
  // A form opens from the declaration alone: a platform's permission to open one lasts three seconds.
  if (Object.keys(errors).length === 0 && missingArgs(command, action).length > 0) {
    const form = formOf(command, action);
    return reply.opensForms ? form : fillInCard(command, action);
  }
  const read = readArgs(command, action);
  const wrong = { ...('errors' in read ? read.errors : {}), ...errors };
  if (!('values' in read) || Object.keys(wrong).length > 0)
    return refuseValues(interaction, command, action, wrong);
  const place: Place = {};
  const answer = await run(deps, interaction, { command, action, values: read.values }, place).catch(
    (error) => refusal(error, interaction, command, action),
  );
  return answer && place.organization ? tieTo(answer, place.organization) : answer;
};

/**
 * A refusal as an answer: a form with the reason under the field, where one was submitted or where the organization
 * wants an argument that was not given; else a card.
 */
const refusal = (
  error: unknown,
  { input, reply: { opensForms } }: Interaction,
  command: Command,
  action: Action,
): Card | Form | undefined => {
  if (!(error instanceof DomainError)) throw error;
  // The other delivery of the same act gives the answer.
  if (error.code === 'duplicate') return undefined;
  const field = error.field === undefined ? undefined : command.args[error.field];
  const submitted = input.kind === 'action' && input.submitted;
  const notGiven = opensForms && error.field !== undefined && action.args[error.field] === undefined;
  if (error.field !== undefined && field && !field.hidden && (submitted || notGiven)) {
    return formOf(command, action, { [error.field]: [error.message, error.todo].filter(Boolean).join(' ') });
  }
  return errorCard(error, offersFor(error, command, action));
};

const tieTo = (answer: Card | Form, organization: Organization): Card | Form =>
  answer.kind === 'card'
    ? withOrganization(answer, organization)
    : {
        ...answer,
        action: { ...answer.action, args: { [ORGANIZATION_KEY]: organization.id, ...answer.action.args } },
      };

const fillInCard = (command: Command, action: Action): Card =>
  errorCard(
    new DomainError('invalid', `\`${command.name}\` needs more than that.`, { todo: command.details }),
    [{ label: 'Fill in', action }],
  );

const refuseValues = (
  interaction: Interaction,
  command: Command,
  action: Action,
  wrong: Record<string, string>,
): Card | Form => {
  if (interaction.input.kind === 'action' && interaction.input.submitted)
    return formOf(command, action, wrong);
  const [message = 'That is not understood.'] = Object.values(wrong);
  const [field] = Object.keys(wrong);
  const args = Object.fromEntries(Object.entries(action.args).filter(([name]) => name !== field));
  const again = { ...action, args };
  return errorCard(new DomainError('invalid', message, {}), [
    ...(Object.keys(command.args).length > 0 && missingArgs(command, again).length > 0
      ? [{ label: 'Fill in the rest', action: again }]
      : []),
    { label: 'Help', action: { command: 'access help', args: { command: commandKey(command) } } },
  ]);
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
  place.organization = chosen.organization;
  const inOne: InOrganization = { ...ctx, organization: chosen.organization };
  return carryOut(command, inOne, action, values);
};

/** Who acts, from the signed request and the database; a verified profile address links where that is allowed. */
const contextOf = async (deps: Dependencies, interaction: Interaction): Promise<CommandContext> => {
  const { account } = interaction;
  const { installation } = deps;
  const workspace = { id: interaction.actsIn ?? account.workspaceId, name: interaction.workspaceName };
  const identified = () => identify(deps.db, account, workspace.id, installation.operators);
  const contextFor = (caller: Caller): CommandContext => ({
    db: deps.db,
    installation,
    enqueue: deps.enqueue,
    interaction: interaction.key,
    actor: {
      kind: 'account',
      ...account,
      name: interaction.name,
      userId: caller.userId,
      email: caller.email,
      operator: caller.operator,
    },
    caller,
    workspace,
    channel: interaction.channel,
    profile: interaction.profile,
    health: deps.health,
    personOf: (typed) => personOf(installation, interaction, typed),
  });
  const [caller, profile] = await Promise.all([identified(), interaction.profile(account.externalId)]);
  needWelcome(profile);
  const ctx = contextFor(caller);
  const linked = caller.userId || !profile.email ? undefined : await linkByProfile(ctx, profile.email);
  return linked ? contextFor(await identified()) : ctx;
};

const needWelcome = (profile: Profile): void => {
  if (!profile.refused) return;
  throw new DomainError(
    'forbidden',
    'Rollcall does not answer guests, bots and people of other workspaces.',
    {
      todo: 'Ask somebody who is a full member of this workspace.',
    },
  );
};

const notLinked = (): DomainError =>
  new DomainError('not-linked', "I can't tell who you are yet.", {
    todo: 'Link this chat account to your e-mail address once, then run this again.',
  });

const carryOut = async <C extends CommandContext>(
  command: Command,
  ctx: C,
  action: Action,
  values: Record<string, unknown>,
): Promise<Card | Form> => {
  // `needs` has decided which context a command gets, and its own schemas made the values.
  const { preview, run: carry } = command as unknown as {
    preview?: (ctx: C, args: Values<Command['args']>) => ReturnType<NonNullable<Command['preview']>>;
    run: (ctx: C, args: Values<Command['args']>) => Promise<Card | Form>;
  };
  const warning = action.confirmed ? undefined : await preview?.(ctx, values);
  return warning
    ? previewCard(warning, { ...action, args: { ...action.args, ...warning.carries } })
    : carry(ctx, values);
};
