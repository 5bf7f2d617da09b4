import { DomainError } from '../core/errors.ts';
import { loadSettings } from '../core/organization/settings.ts';
import { isApproved } from '../core/second-person.ts';
import { previewCard } from '../views/answers.ts';
import type { Action, Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { askSecondPerson } from './ask-second-person.ts';
import type { Command, CommandContext, InOrganization, Preview, Values } from './command.ts';

/** Runs a command: shows first what it would do, and asks a second person where nobody does it alone. */
export const carryOut = async <C extends CommandContext>(
  command: Command,
  ctx: C,
  action: Action,
  values: Record<string, unknown>,
): Promise<Card | Form> => {
  const { preview, run } = declared(command, ctx);
  const here: InOrganization | undefined = isInOrganization(ctx) ? ctx : undefined;
  const why = here && (await whyNotAlone(command, here));
  const warning = action.confirmed ? undefined : await preview?.(ctx, values);
  if (warning) {
    return previewCard(why ? asking(warning, why) : warning, {
      ...action,
      args: { ...action.args, ...warning.carries },
    });
  }
  const ask = (organized: InOrganization, because: string) =>
    askSecondPerson(organized, {
      command,
      action,
      values,
      why: because,
      run: (c) => run(c as C & InOrganization, values),
    });
  if (here && why) return ask(here, why);
  try {
    return await run(ctx, values);
  } catch (error) {
    if (!here || !(error instanceof DomainError) || error.code !== 'needs-approval') throw error;
    return ask(here, error.facts.why ?? error.message);
  }
};

const isInOrganization = (ctx: CommandContext): ctx is InOrganization => 'organization' in ctx;

/** `needs` has decided which context a command gets, and its own schemas made the values. */
export const declared = <C extends CommandContext>(
  command: Command,
  _ctx: C,
): {
  preview?: (ctx: C, args: Values<Command['args']>) => Promise<Preview | undefined>;
  run: (ctx: C, args: Values<Command['args']>) => Promise<Card | Form>;
} => command as unknown as ReturnType<typeof declared<C>>;

/** Why `approvals-changes` has a second person approve it, if so. */
export const whyNotAlone = async (command: Command, ctx: InOrganization): Promise<string | undefined> => {
  if (!command.changes || isApproved(ctx)) return undefined;
  const listed = (await loadSettings(ctx.db, ctx.organization.id))['approvals-changes'];
  return listed?.includes(command.name)
    ? `In ${ctx.organization.name} nobody does \`${command.name}\` alone.`
    : undefined;
};

const asking = (warning: Preview, why: string): Preview => ({
  ...warning,
  lines: [
    ...warning.lines,
    { kind: 'text', text: `${why.replaceAll('`', '')} This asks somebody else to approve it.` },
  ],
  yes: 'Ask for approval',
  danger: false,
});
