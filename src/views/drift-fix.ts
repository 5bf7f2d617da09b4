import type { Fixed, FixPlan, Target } from '../core/drift/fix.ts';
import type { Finding } from '../core/drift/list.ts';
import type { Fix, Rule, Told } from '../core/drift/rule.ts';
import type { Block, Card } from './card.ts';
import type { Form } from './form.ts';
import { act, button, count } from './parts.ts';
import { card, shorten } from './plain.ts';

const NAMED = 10;

const typed = ({ command, args }: Fix): string =>
  `/${command} ${Object.entries(args)
    .map(([key, value]) => `${key}:${/\s/.test(value) ? `"${value}"` : value}`)
    .join(' ')}`;

export const fixLines = (fix: Fix): Block[] => [
  { kind: 'text', text: ['This runs ', { code: typed(fix) }, '.'] },
];

/** What all of it would be, and the first by name. */
export const bulkFixLines = (
  plan: FixPlan,
  fixes: (finding: Finding) => readonly Fix[],
  told: Told,
): Block[] => [
  {
    kind: 'list',
    items: plan.findings
      .slice(0, NAMED)
      .map((finding) => [
        `${finding.name}: ${finding.rule.says(finding.facts, told)}. `,
        ...fixes(finding).map((fix) => ({ code: typed(fix) })),
      ]),
  },
  ...(plan.count > NAMED ? [{ kind: 'text', text: `And ${plan.count - NAMED} more.` } as const] : []),
  {
    kind: 'text',
    text: 'Each is done by itself: one that is refused does not hold up the others.',
  },
];

/** Asks for what the fix has to be told. */
export const fixForm = ({ rule, findings: [first] }: FixPlan, target: Target, told: Told): Form => ({
  kind: 'form',
  title: shorten(rule.title, 60),
  submit: 'Next',
  intro: `${first ? `${first.rule.says(first.facts, told)}. ` : ''}${rule.why}`,
  action: { command: 'org drift fix', args: { ...target } },
  fields:
    rule.asks !== 'name'
      ? [
          {
            name: 'user',
            label: 'Person',
            required: true,
            input: { kind: 'search', source: 'person', placeholder: 'Start typing a name or address' },
          },
        ]
      : [{ name: 'name', label: 'Name', required: true, input: { kind: 'text', max: 100 } }],
});

const all: Block = { kind: 'buttons', buttons: [button('All findings', act('org drift show'))] };

/** What the command answered, with what became of the finding. */
export const fixedCard = (finding: Finding, did: Card, resolved: boolean): Card => ({
  ...did,
  blocks: [
    ...did.blocks,
    {
      kind: 'small',
      text: resolved
        ? `${finding.name} is resolved.`
        : `${finding.name} stays open: what it says is still so.`,
    },
    all,
  ],
  text: `${did.text} ${finding.name} ${resolved ? 'is resolved' : 'stays open'}.`,
});

export const bulkFixedCard = (rule: Rule, fixed: readonly Fixed<Card>[], told: Told): Card => {
  const refused = fixed.flatMap(({ finding, outcome }) =>
    'refused' in outcome ? [{ finding, why: outcome.refused.message }] : [],
  );
  const done = fixed.filter(({ resolved }) => resolved);
  const open = fixed.filter(({ outcome, resolved }) => 'did' in outcome && !resolved);
  return card({
    title: `${done.length} of ${count(fixed.length, 'finding')} of ${rule.id} fixed`,
    tone: refused.length > 0 ? 'warning' : 'good',
    blocks: [
      ...(refused.length > 0
        ? [
            { kind: 'heading', text: 'Not fixed' } as const,
            {
              kind: 'list',
              items: refused.map(
                ({ finding, why }) => `${finding.name}, ${finding.rule.says(finding.facts, told)}: ${why}`,
              ),
            } as const,
          ]
        : []),
      ...(open.length > 0
        ? [
            {
              kind: 'text',
              text: `Still open, because what they say is still so: ${open.map(({ finding }) => finding.name).join(', ')}.`,
            } as const,
          ]
        : []),
      ...(done.length > 0
        ? [
            {
              kind: 'text',
              text: `Resolved: ${done.map(({ finding }) => finding.name).join(', ')}.`,
            } as const,
          ]
        : []),
      all,
    ],
  });
};
