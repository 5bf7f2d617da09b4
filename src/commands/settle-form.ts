import { DomainError } from '../core/errors.ts';
import type { Organization } from '../core/organization/organization.ts';
import { chooseCard, errorCard } from '../views/answers.ts';
import type { Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { chooseOrganization } from './choose-organization.ts';
import type { Command, InOrganization } from './command.ts';
import { contextOf, type Dependencies, notLinked } from './context-of.ts';
import { withOffered } from './form-of.ts';
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
  await ready?.({ ...ctx, organization });
  return tieTo(formInWords(await withOffered(form, command, ctx, organization), organization), organization);
};

/** Names the organization in a card, or ties a form to it. */
export const tieTo = (answer: Card | Form, organization: Organization): Card | Form =>
  answer.kind === 'card'
    ? withOrganization(answer, organization)
    : {
        ...answer,
        action: { ...answer.action, args: { [ORGANIZATION_KEY]: organization.id, ...answer.action.args } },
      };
