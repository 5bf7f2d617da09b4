import { findingStates, listFindings, showFinding } from '../core/drift/list.ts';
import { runDrift } from '../core/drift/run.ts';
import { findingCard, findingListCard, inFull } from '../views/drift.ts';
import { act } from '../views/parts.ts';
import { carried, choice, finding, optional } from './argument.ts';
import { inOrganization } from './command.ts';
import { driftRule } from './drift-rule.ts';

export const driftCommands = [
  inOrganization({
    root: 'org',
    name: 'drift show',
    summary: 'Show what has drifted',
    details:
      'Looks at everything now and lists what has drifted, worst first: narrowed by rule or state, or one finding with why it matters.',
    example: '/org drift show',
    may: 'Whoever holds drift:read: administrators.',
    permission: 'drift:read',
    args: {
      finding: optional(finding()),
      rule: optional(driftRule()),
      state: optional(choice('State', findingStates)),
      after: carried(),
    },
    run: async (ctx, args) => {
      const { organization } = ctx;
      const told = inFull(organization.model.words);
      // The next page is of what the first one has found.
      const run = args.after === undefined ? await runDrift(ctx, organization) : undefined;
      if (args.finding !== undefined) {
        return findingCard(await showFinding(ctx, organization, args.finding), run, told);
      }
      const page = await listFindings(ctx, organization, args);
      const narrowed = Object.entries({ rule: args.rule, state: args.state }).filter(
        (entry): entry is [string, NonNullable<(typeof entry)[1]>] => entry[1] !== undefined,
      );
      const again = act('org drift show', Object.fromEntries(narrowed));
      return findingListCard(page, run, told, { state: args.state ?? 'open', again });
    },
  }),
];
