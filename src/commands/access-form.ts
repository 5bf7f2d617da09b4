import { look } from '../core/change.ts';
import { DomainError } from '../core/errors.ts';
import { changesNothing, planReplacement, replaceAccess } from '../core/grant/replace.ts';
import { type EditableAccess, editableAccess } from '../core/grant/whole.ts';
import { findRole } from '../core/role/find.ts';
import { accessForm, differenceLines, savedCard } from '../views/access-form.ts';
import { unmarked } from '../views/answers.ts';
import type { Form } from '../views/form.ts';
import {
  accessSet,
  type Chosen,
  carriedSet,
  chosenSet,
  everywhere,
  packedSet,
  type SetArguments,
  typedBases,
  wantedGrants,
} from './access-set.ts';
import { type Argument, carried, grantee, optional, role } from './argument.ts';
import { type InOrganization, inOrganization } from './command.ts';
import { needGrantee } from './grantee-of.ts';

interface Steps extends SetArguments {
  role?: string | null | undefined;
  /** The state of things that was shown. */
  seen?: string | undefined;
  /** A button of the form: `add:<role>`, `remove`, `page`, `edit`. */
  go?: string | undefined;
  at?: string | undefined;
  find?: string | undefined;
  found?: string | undefined;
}

/** Whether this opens or redraws the form, rather than saving. */
const drawsForm = ({ go, find = '', found = '', seen, project }: Steps): boolean =>
  go !== undefined || find !== found || (seen === undefined && project === undefined);

const pressedIn = (chosen: Chosen, go: string | undefined): { chosen: Chosen; base: string | undefined } => {
  const base = go === 'remove' ? 'none' : go?.startsWith('add:') ? go.slice('add:'.length) : undefined;
  return { chosen: base === undefined ? chosen : everywhere(chosen, base), base };
};

/** Why the organization role that was typed is none, and where one of a project goes. */
const wrongRole = async (
  ctx: InOrganization,
  whole: EditableAccess,
  role: string,
): Promise<string | undefined> => {
  const { organization } = ctx;
  const { words } = organization.model;
  if (whole.projects.some(({ offers }) => offers.includes(role.toLowerCase())))
    return `${role} is a role in one ${words.project}, not in the organization: choose it below for each ${words.project} where they are to have it.`;
  try {
    await look(ctx, organization, async (s) => findRole(s, 'organization', role));
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return unmarked(error.whole);
  }
};

const formFor = async (ctx: InOrganization, whole: EditableAccess, steps: Steps): Promise<Form> => {
  const { organization } = ctx;
  const error = steps.role ? await wrongRole(ctx, whole, steps.role) : undefined;
  if (steps.seen !== undefined && steps.seen !== whole.seen) {
    throw new DomainError(
      'changed',
      `Nothing was saved: the access of ${whole.email} has changed since this was drawn.`,
      { todo: 'Open it again with `/org access edit`.' },
    );
  }
  const { chosen, base } = pressedIn(chosenSet(whole, steps), steps.go);
  const found = steps.find ?? '';
  return accessForm(whole, organization, {
    chosen,
    ...carriedSet(whole, chosen, [base, steps.base]),
    role: error === undefined ? steps.role : undefined,
    error,
    found,
    at: found === (steps.found ?? '') ? Number(steps.at ?? 0) : 0,
  });
};

const planned = async (ctx: InOrganization, args: Steps & Parameters<typeof needGrantee>[1]) => {
  const person = await needGrantee(ctx, args);
  const whole = await editableAccess(ctx, ctx.organization, person);
  const chosen = chosenSet(whole, args);
  const { role, seen } = args;
  const projects = wantedGrants(whole, chosen);
  return {
    whole,
    chosen,
    plan: await planReplacement(ctx, ctx.organization, { person, role, projects, seen }),
  };
};

export const accessFormCommands = [
  inOrganization({
    root: 'org',
    name: 'access edit',
    summary: 'Edit all access at once',
    details:
      'Opens a form with the organization role and a role per project; one Save replaces all of it, or nothing.',
    example: '/org access edit dana@example.com role:member project:alpha:developer,beta:read-only',
    may: "Administrators, and a project's owners there.",
    permission: 'grants:write',
    changes: true,
    args: {
      ...grantee(),
      role: optional(role('organization')) as Argument<string | null | undefined>,
      project: optional(accessSet()),
      seen: carried(),
      base: carried(),
      changes: optional(packedSet()),
      set: { ...optional(accessSet()), hidden: true },
      go: carried(),
      at: carried(),
      find: carried(),
      found: carried(),
    },
    amountsTo: async (ctx, args) => {
      if (drawsForm(args)) return [];
      const { plan } = await planned(ctx, args);
      return [
        ...(plan.added.length > 0 ? ['access grant'] : []),
        ...(plan.ended.length > 0 ? ['access revoke'] : []),
        ...(plan.role.before === plan.role.after ? [] : ['member role']),
      ];
    },
    preview: async (ctx, args) => {
      if (drawsForm(args)) return undefined;
      const { whole, chosen, plan } = await planned(ctx, args);
      if (changesNothing(plan)) return undefined;
      const kept = {
        seen: plan.seen,
        ...carriedSet(whole, chosen, [args.base, ...typedBases(args.project)]),
      };
      return {
        title: `Save the access of ${plan.email}?`,
        lines: differenceLines(plan, ctx.organization.model.words, { ...kept, role: args.role }),
        yes: 'Save',
        danger: plan.ended.length > 0,
        carries: { ...kept, project: '', set: '', at: '', find: '', found: '' },
      };
    },
    run: async (ctx, args) => {
      const who = await needGrantee(ctx, args);
      const whole = await editableAccess(ctx, ctx.organization, who);
      if (drawsForm(args)) return formFor(ctx, whole, args);
      const saved = await replaceAccess(ctx, {
        organizationId: ctx.organization.id,
        person: who,
        role: args.role,
        projects: wantedGrants(whole, chosenSet(whole, args)),
        // What was never shown as a difference is not saved.
        seen: args.seen ?? 'nothing',
      });
      return savedCard(saved, ctx.organization.model.words);
    },
  }),
];
