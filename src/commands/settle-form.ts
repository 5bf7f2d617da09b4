import { DomainError } from '../core/errors.ts';
import { chooseCard, errorCard } from '../views/answers.ts';
import type { Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { chooseOrganization } from './choose-organization.ts';
import type { Command, InOrganization } from './command.ts';
import { contextOf, type Dependencies, notLinked } from './context-of.ts';
import { withOffered } from './form-of.ts';
import { commandNamed } from './index.ts';
import type { Interaction } from './interaction.ts';
import { offersFor } from './offers.ts';
import { ORGANIZATION_KEY } from './parse.ts';
import { withOrganization } from './with-organization.ts';
import { formInWords } from './words.ts';

/** Past this somebody may have begun to type, and a form that is drawn again would lose it. */
const UNTOUCHED_MS = 1000;

/**
 * What an open form becomes once it is known who sees it: the same in the organization's words, or the reason why it
 * would be refused anyway; undefined to leave it as it is.
 */
export const settleForm = async (
  deps: Dependencies,
  interaction: Interaction,
  command: Command,
  form: Form,
): Promise<Card | Form | undefined> => {
  if (command.needs === 'nothing') return undefined;
  const opened = Date.now();
  const settled = await settle(deps, interaction, command, form).catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
    return errorCard(error, offersFor(error, command, form.action));
  });
  return Date.now() - opened < UNTOUCHED_MS || settled?.kind === 'card' ? settled : undefined;
};

const settle = async (
  deps: Dependencies,
  interaction: Interaction,
  command: Command,
  form: Form,
): Promise<Card | Form | undefined> => {
  const ctx = await contextOf(deps, interaction);
  if (!ctx.caller.userId) throw notLinked();
  if (command.needs === 'user' || command.args[ORGANIZATION_KEY]) return undefined;
  const chosen = await chooseOrganization(deps.db, ctx.caller, form.action.args[ORGANIZATION_KEY]);
  if ('choices' in chosen) return chooseCard(form.action, chosen.choices);
  const { organization } = chosen;
  const { ready } = command as { ready?: (ctx: InOrganization) => Promise<unknown> };
  const here = { ...ctx, organization };
  await ready?.(here);
  return tieTo(form, here);
};

/** Names the organization in a card; ties a form to it, in its words and with what it offers, however often it opens. */
export const tieTo = async (answer: Card | Form, here: InOrganization): Promise<Card | Form> => {
  const { organization } = here;
  if (answer.kind === 'card') return withOrganization(answer, organization);
  const { action } = answer;
  const command = answer.neutral && commandNamed(action.command);
  const form = command
    ? formInWords(await withOffered(answer, command, here, organization), organization)
    : answer;
  return { ...form, action: { ...action, args: { [ORGANIZATION_KEY]: organization.id, ...action.args } } };
};
