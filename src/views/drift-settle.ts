import type { Baseline, planBaseline } from '../core/drift/baseline.ts';
import type { Finding } from '../core/drift/list.ts';
import type { Told } from '../core/drift/rule.ts';
import type { Block, Card } from './card.ts';
import { act, button, count } from './parts.ts';
import { card } from './plain.ts';

const about = (finding: Finding, told: Told): Block => ({
  kind: 'text',
  text: `${finding.rule.says(finding.facts, told)}.`,
});

const after = (finding: Finding, undo?: string): Block => ({
  kind: 'buttons',
  buttons: [
    ...(undo ? [button(undo, act('org drift accept', { finding: finding.name, undo: 'yes' }))] : []),
    button('All findings', act('org drift show')),
  ],
});

export const snoozedCard = ({ finding, until }: { finding: Finding; until: Date }, told: Told): Card =>
  card({
    title: `${finding.name} is snoozed`,
    tone: 'good',
    blocks: [
      about(finding, told),
      {
        kind: 'text',
        text: ['It is open again from ', { time: until, style: 'time' }, ' on, if it is still so.'],
      },
      after(finding, 'Undo'),
    ],
  });

export const acceptedCard = (finding: Finding, told: Told): Card => {
  const adopted = finding.state === 'resolved';
  return card({
    title: `${finding.name} is accepted`,
    tone: 'good',
    blocks: [
      about(finding, told),
      {
        kind: 'text',
        text: adopted
          ? 'It is part of the baseline now.'
          : 'It is not reported again until what it says has changed.',
      },
      after(finding, adopted ? undefined : 'Undo'),
    ],
  });
};

export const reopenedCard = (finding: Finding, told: Told): Card =>
  card({
    title: `${finding.name} is open again`,
    tone: 'good',
    blocks: [about(finding, told), after(finding)],
  });

type Plan = Awaited<ReturnType<typeof planBaseline>>;

export const baselineLines = (plan: Plan, { projects }: Told['words']): Block[] => [
  {
    kind: 'text',
    text: `This is how it should be: the access of ${count(plan.members, 'active member')}, ${count(plan.admins, 'administrator')} among them, with ${count(plan.grants, 'role')} in ${projects}. From then on every report lists by person what has changed since, and who approved it.`,
  },
  {
    kind: 'text',
    text: plan.before
      ? [
          'It replaces the baseline of ',
          { time: plan.before, style: 'time' },
          ', and what has changed since.',
        ]
      : 'There is no baseline yet.',
  },
  ...(plan.open > 0
    ? [
        {
          kind: 'text' as const,
          text: `${count(plan.open, 'finding is', 'findings are')} open, and ${plan.open === 1 ? 'stays' : 'stay'} so: look at ${plan.open === 1 ? 'it' : 'them'} first with \`/org drift show\`.`,
        },
      ]
    : []),
];

export const baselineCard = ({ principals }: Baseline): Card =>
  card({
    title: 'The baseline is accepted',
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: `It holds what ${count(principals, 'member, service account or token', 'members, service accounts and tokens')} may do now. What changes from here on is reported.`,
      },
      { kind: 'buttons', buttons: [button('All findings', act('org drift show'))] },
    ],
  });

export const askedCard = (asked: { finding: Finding; asked: string }, told: Told): Card =>
  card({
    title: `${asked.asked} was asked`,
    tone: 'good',
    blocks: [
      about(asked.finding, told),
      { kind: 'text', text: 'You hear what they answer. Until then nothing changes.' },
      after(asked.finding),
    ],
  });

export const answeredCard = (finding: string): Card =>
  card({
    title: 'Thank you',
    tone: 'good',
    blocks: [{ kind: 'text', text: `Your answer about ${finding} is on its way to whoever asked.` }],
  });
