import type { Context } from '../core/context.ts';
import { type FixPlan, fixesOf, fixFindings, planFix, type Target } from '../core/drift/fix.ts';
import type { Fix } from '../core/drift/rule.ts';
import { needWhom } from '../core/drift/whom.ts';
import { DomainError } from '../core/errors.ts';
import { needSecondPerson } from '../core/second-person.ts';
import type { Action, Block, Card } from '../views/card.ts';
import { inFull } from '../views/drift.ts';
import { bulkFixedCard, bulkFixLines, fixedCard, fixForm, fixLines } from '../views/drift-fix.ts';
import type { Form } from '../views/form.ts';
import { carried, finding, name, optional, person, type TypedPerson } from './argument.ts';
import { whyNotAlone } from './carry-out.ts';
import type { InOrganization, Preview } from './command.ts';
import { inOrganization } from './command.ts';
import { driftRule } from './drift-rule.ts';
import { commandNamed } from './index.ts';
import { readArgs } from './read-args.ts';

interface Typed {
  finding?: string | undefined;
  rule?: string | undefined;
  user?: TypedPerson | undefined;
  name?: string | undefined;
  was?: string | undefined;
}

const targetOf = ({ finding: one, rule, was }: Typed): Target => {
  if (one !== undefined) return { finding: one, ...(was === undefined ? {} : { was }) };
  if (rule !== undefined) return { rule };
  throw new DomainError('invalid', 'Nothing was fixed: name a finding, or a rule to fix all it has found.', {
    todo: 'See them with `/org drift show`.',
    field: 'finding',
  });
};

/** What the rule's fix has to be told; undefined where it still has to be asked. */
const givenFor = async (
  ctx: InOrganization,
  { rule }: FixPlan,
  { user, name: named }: Typed,
): Promise<string | undefined> => {
  if (rule.asks === undefined) return '';
  if (rule.asks === 'name') return named;
  if (user === undefined) return undefined;
  await needWhom(ctx, ctx.organization, rule.asks, await ctx.personOf(user));
  return 'email' in user ? user.email : `<@${user.mention}>`;
};

/** The command behind a fix, as if it had been typed. */
const behind = ({ command: key, args }: Fix) => {
  const action: Action = { command: key, args };
  const command = commandNamed(key);
  const read = command && readArgs(command, action);
  if (!command || !read || 'errors' in read)
    throw new Error(`A fix is no command: ${JSON.stringify(action)}`);
  const { preview, run } = command as unknown as {
    preview?: (ctx: Context, values: object) => Promise<Preview | undefined>;
    run: (ctx: Context, values: object) => Promise<Card | Form>;
  };
  return { command, values: read.values, preview, run };
};

/** What each command would show before it is confirmed; it also says no to whoever may not. */
const previews = async (ctx: InOrganization, fixes: readonly Fix[]): Promise<Block[]> => {
  const lines: Block[] = [];
  for (const fix of fixes) {
    const { command, values, preview } = behind(fix);
    const shown = await preview?.(ctx, values);
    lines.push(...fixLines(fix), ...(shown?.lines ?? [{ kind: 'text', text: command.details }]));
  }
  return lines;
};

const carryOut = async (ctx: InOrganization, fixes: readonly Fix[]): Promise<Card> => {
  let last: Card | undefined;
  for (const fix of fixes) {
    const { run, values } = behind(fix);
    const answer = await run(ctx, values);
    if (answer.kind === 'form') throw new Error(`A fix asks for more: ${fix.command}`);
    last = answer;
  }
  if (!last) throw new Error('A fix does nothing.');
  return last;
};

/** What takes a second person when it is typed takes one as a fix too. */
const needSecondPersonFor = async (ctx: InOrganization, fixes: readonly Fix[]): Promise<void> => {
  for (const fix of fixes) {
    const { command, values } = behind(fix);
    const why = await whyNotAlone(command, ctx, values);
    if (why) needSecondPerson({ ctx }, why);
  }
};

const previewOf = async (ctx: InOrganization, plan: FixPlan, given: string): Promise<Preview> => {
  const { organization } = ctx;
  const told = inFull(organization.model.words);
  const [first] = plan.findings;
  const danger = true;
  const carries = { seen: plan.seen };
  if (plan.count === 1 && first) {
    const lines = await previews(ctx, fixesOf(first, given));
    const about: Block = { kind: 'text', text: `${first.rule.says(first.facts, told)}.` };
    return { title: `Fix ${first.name}?`, lines: [about, ...lines], yes: 'Fix', danger, carries };
  }
  return {
    title: `Fix all ${plan.count} of ${plan.rule.id}?`,
    lines: bulkFixLines(plan, (found) => fixesOf(found, given), told),
    yes: 'Fix all',
    danger,
    carries,
  };
};

export const driftFixCommands = [
  inOrganization({
    root: 'org',
    name: 'drift fix',
    summary: 'Mend what has drifted',
    details:
      'Mends one finding, or all of one rule, with the command that does it: first it shows which, and what that will do.',
    example: '/org drift fix DRF-3',
    may: 'Whoever holds drift:read and may run the command that mends it.',
    permission: 'drift:read',
    args: {
      finding: optional(finding()),
      rule: optional(driftRule()),
      user: optional({ ...person(), hint: 'Where the fix needs somebody: who takes over, who is changed' }),
      name: optional({ ...name('Name'), hint: 'Where the fix makes something' }),
      was: carried(),
      seen: carried(),
    },
    preview: async (ctx, args) => {
      const plan = await planFix(ctx, ctx.organization, targetOf(args));
      const given = await givenFor(ctx, plan, args);
      return given === undefined ? undefined : previewOf(ctx, plan, given);
    },
    run: async (ctx, args) => {
      const { organization } = ctx;
      const target = targetOf(args);
      const told = inFull(organization.model.words);
      const plan = await planFix(ctx, organization, target);
      const given = await givenFor(ctx, plan, args);
      if (given === undefined) return fixForm(plan, target, told);
      await needSecondPersonFor(
        ctx,
        plan.findings.flatMap((found) => [...fixesOf(found, given)]),
      );
      const fixed = await fixFindings(ctx, organization, { target, seen: args.seen }, (inside, found) =>
        carryOut({ ...ctx, ...inside }, fixesOf(found, given)),
      );
      const [only] = fixed;
      if (fixed.length === 1 && only) {
        if ('refused' in only.outcome) throw only.outcome.refused;
        return fixedCard(only.finding, only.outcome.did, only.resolved);
      }
      return bulkFixedCard(plan.rule, fixed, told);
    },
  }),
];
