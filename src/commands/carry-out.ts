import { randomBytes } from 'node:crypto';
import { DomainError } from '../core/errors.ts';
import { loadSettings } from '../core/organization/settings.ts';
import { rehearse } from '../core/rehearse.ts';
import { isApproved } from '../core/second-person.ts';
import { previewCard } from '../views/answers.ts';
import type { Action, Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { asApproved, askSecondPerson } from './ask-second-person.ts';
import type { Command, CommandContext, InOrganization, Preview, Values } from './command.ts';
import { readArgs } from './read-args.ts';

/**
 * Runs a command: shows first what it would do, unless it would be refused, and asks a second person where nobody does
 * it alone.
 */
export const carryOut = async <C extends CommandContext>(
  command: Command,
  ctx: C,
  action: Action,
  values: Record<string, unknown>,
): Promise<Card | Form> => {
  const { preview, run } = declared(command, ctx);
  const here: InOrganization | undefined = isInOrganization(ctx) ? ctx : undefined;
  const why = here && (await whyNotAlone(command, here, values));
  const warning = action.confirmed ? undefined : await preview?.(ctx, values);
  if (warning) {
    const asked = { ...action, args: { ...action.args, ...warning.carries } };
    const because = warning.planned ? why : await rehearsal(command, ctx, asked, why);
    const once = randomBytes(6).toString('base64url');
    return previewCard(because ? asking(warning, because) : warning, { ...asked, once });
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
    const because = here && whyAsked(error);
    if (!because) throw error;
    return ask(here, because);
  }
};

/** Why a refusal means that a second person is asked, if it does. */
const whyAsked = (error: unknown): string | undefined =>
  error instanceof DomainError && error.code === 'needs-approval'
    ? (error.facts.why ?? error.message)
    : undefined;

/**
 * Does what would be confirmed, and takes it back: nobody confirms what is then refused.
 * @returns why a second person has to approve it, if so
 */
const rehearsal = async <C extends CommandContext>(
  command: Command,
  ctx: C,
  asked: Action,
  why: string | undefined,
): Promise<string | undefined> => {
  const read = readArgs(command, asked);
  if ('errors' in read)
    throw new Error(`A confirmation carries what its command does not take: ${asked.command}`);
  const { run } = declared(command, ctx);
  const { id } = isInOrganization(ctx) ? ctx.organization : {};
  try {
    await rehearse(why ? asApproved(ctx) : ctx, id, (c) => run(c, read.values));
    return why;
  } catch (error) {
    const because = whyAsked(error);
    if (!because || why) throw error;
    return rehearsal(command, ctx, asked, because);
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

/**
 * Why `approvals-changes` has a second person approve it, if so: it is listed, or comes down to what is.
 * @throws DomainError `forbidden` where its answer is a secret, which waits for nobody
 */
export const whyNotAlone = async (
  command: Command,
  ctx: InOrganization,
  values: Record<string, unknown>,
): Promise<string | undefined> => {
  if ((!command.changes && !command.amountsTo) || isApproved(ctx)) return undefined;
  const listed = (await loadSettings(ctx.db, ctx.organization.id))['approvals-changes'];
  if (listed === null) return undefined;
  const { amountsTo } = command as unknown as {
    amountsTo?: (ctx: InOrganization, values: Record<string, unknown>) => Promise<readonly string[]>;
  };
  const within = listed.includes(command.name) ? [] : ((await amountsTo?.(ctx, values)) ?? []);
  const name = listed.find((one) => one === command.name || within.includes(one));
  if (name === undefined) return undefined;
  const why = `In ${ctx.organization.name} nobody does \`${name}\` alone${name === command.name ? '' : `, and \`${command.name}\` comes down to it here`}.`;
  if (!command.secret) return why;
  throw new DomainError(
    'forbidden',
    `Not done: ${why} What it answers is a secret, which no request may keep.`,
    {
      todo: `Do it without access, and then \`/org ${name}\`.`,
    },
  );
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
