import { look } from '../core/change.ts';
import type { Context } from '../core/context.ts';
import { DomainError } from '../core/errors.ts';
import { findMember } from '../core/member/find.ts';
import type { Organization } from '../core/organization/organization.ts';
import { findProject } from '../core/project/find.ts';
import { rehearse } from '../core/rehearse.ts';
import { openChange } from '../core/request/open-change.ts';
import type { Action, Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { plainBlocks, shorten } from '../views/plain.ts';
import { changeAskedCard } from '../views/request-change.ts';
import type { Command, InOrganization, Preview } from './command.ts';
import { commandKey } from './index.ts';
import { ORGANIZATION_KEY } from './parse.ts';

interface Wanted {
  command: Command;
  action: Action;
  values: Record<string, unknown>;
  /** Why nobody does it alone. */
  why: string;
  run: (ctx: InOrganization) => Promise<Card | Form>;
}

/** A title is read in lists, and on a phone. */
const LONGEST_TITLE = 100;

/** For rehearsals: nobody's approval, which goes as far as somebody's would. */
export const asApproved = <C extends Context>(ctx: C): C =>
  ctx.actor.kind === 'account'
    ? { ...ctx, actor: { ...ctx.actor, approved: { request: 'a rehearsal', by: 'nobody' } } }
    : ctx;

/**
 * Opens a request in place of carrying out a command. The command is rehearsed first: what would be refused is refused
 * now, and what changes nothing (a form that it opens, a list) is simply answered.
 */
export const askSecondPerson = async (ctx: InOrganization, wanted: Wanted): Promise<Card | Form> => {
  const { command, action, values, why } = wanted;
  const { organization } = ctx;
  const { result, changes } = await rehearse(asApproved(ctx), organization.id, wanted.run);
  if (!changes) return result;
  const args = await canonical(ctx, command, action, values);
  const { preview, called } = await wordsOf(ctx, command, values);
  const { user, project, reason } = values;
  return changeAskedCard(
    await openChange(ctx, {
      organizationId: organization.id,
      change: {
        command: commandKey(command),
        args,
        permission: command.permission ?? null,
        title:
          preview?.title ??
          shorten(called ?? `${command.summary}: ${argumentsOf(command, args)}`, LONGEST_TITLE),
        lines: [typedAs(command, args), ...(preview?.lines ?? [])],
        why: why.replaceAll('`', ''),
      },
      beneficiaryId: isTypedPerson(user) ? (await memberOf(ctx, user)).id : undefined,
      project: typeof project === 'string' ? await projectOf(ctx, organization, project) : undefined,
      reason: typeof reason === 'string' ? reason : undefined,
    }),
  );
};

type TypedPerson = Parameters<InOrganization['personOf']>[0];

const isTypedPerson = (value: unknown): value is TypedPerson =>
  typeof value === 'object' && value !== null && ('mention' in value || 'email' in value);

const memberOf = async (ctx: InOrganization, typed: TypedPerson) => {
  const person = await ctx.personOf(typed);
  return look(ctx, ctx.organization, async (s) => findMember(s, person));
};

/** What names one project that there is; a list or `all` is about the organization. */
const projectOf = async (ctx: InOrganization, organization: Organization, name: string) =>
  look(ctx, organization, async (s) => findProject(s, name)).catch((error: unknown) => {
    if (error instanceof DomainError) return undefined;
    throw error;
  });

/** The arguments as text that means the same whoever carries it out, and wherever: mentions become addresses. */
const canonical = async (
  ctx: InOrganization,
  command: Command,
  action: Action,
  values: Record<string, unknown>,
): Promise<Record<string, string>> => {
  const args: Record<string, string> = {};
  for (const [name, text] of Object.entries(action.args)) {
    if (name === ORGANIZATION_KEY || !command.args[name] || text.trim() === '') continue;
    const value = values[name];
    args[name] = isTypedPerson(value) && 'mention' in value ? (await memberOf(ctx, value)).email : text;
  }
  return args;
};

/** The command as somebody would type it, without what only buttons carry. */
const typedAs = (command: Command, args: Record<string, string>): string =>
  `/${commandKey(command)} ${argumentsOf(command, args)}`.trim();

const argumentsOf = (command: Command, args: Record<string, string>): string =>
  Object.entries(args)
    .filter(([name]) => !command.args[name]?.hidden)
    .map(([name, text]) => `${name}:${/\s/.test(text) ? `"${text.replaceAll('"', "'")}"` : text}`)
    .join(' ');

const wordsOf = async (ctx: InOrganization, command: Command, values: Record<string, unknown>) => {
  type Says<T> = (ctx: InOrganization, args: Record<string, unknown>) => Promise<T | undefined>;
  const { preview, calls } = command as unknown as { preview?: Says<Preview>; calls?: Says<string> };
  const shown = await preview?.(ctx, values);
  return {
    preview: shown && { title: shown.title.replace(/\?$/, ''), lines: plainBlocks(shown.lines) },
    called: shown ? undefined : await calls?.(ctx, values),
  };
};
