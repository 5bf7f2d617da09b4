import type { Finding, FindingPage } from '../core/drift/list.ts';
import type { Severity, Told } from '../core/drift/rule.ts';
import { severities } from '../core/drift/rule.ts';
import type { DriftRun } from '../core/drift/run.ts';
import { withCode } from './answers.ts';
import type { Action, Block, Button, Card, Text } from './card.ts';
import { act, button, capital, count, nextPage } from './parts.ts';
import { card, shorten } from './plain.ts';

/** To whoever may read it anyway an address is said in full. */
export const inFull = (words: Told['words']): Told => ({ words, email: (address) => address });

/** In a channel an address says whose it is to who knows them, and to nobody else. */
export const maskedEmail = (address: string): string => address.replace(/^(.)[^@]*@/u, '$1…@');

/** `3 findings: 1 high, 2 low` */
export const countLine = (counts: Readonly<Record<Severity, number>>): string => {
  const found = severities.filter((severity) => counts[severity] > 0);
  const sum = found.reduce((total, severity) => total + counts[severity], 0);
  const parts = found.map((severity) => `${counts[severity]} ${severity}`).join(', ');
  return sum === 0 ? 'No findings' : `${count(sum, 'finding')}: ${parts}`;
};

/** What must not be taken for a clean run. */
export const incompleteBlock = ({ unreadable }: Pick<DriftRun, 'unreadable'>): Block[] =>
  unreadable.length === 0
    ? []
    : [
        {
          kind: 'text',
          text: [
            { bold: 'Incomplete: ' },
            `${unreadable.join(', ')} could not be read. What ${unreadable.length === 1 ? 'it' : 'they'} found before still stands, and what is new is not here. This is not a clean report.`,
          ],
        },
      ];

/** A finding as one line. */
export const findingLine = (finding: Finding, told: Told): string =>
  `${finding.name} · ${capital(finding.severity)} · ${finding.rule.says(finding.facts, told)}`;

/** Each button says which finding, and about whom or what. */
export const findingButtons = (
  finding: Finding,
  told: Told,
  { mayChange, show }: { mayChange: boolean; show: boolean },
): Button[] => {
  const args = { finding: finding.name };
  const as = { ...args, was: finding.state };
  const about = finding.rule.says(finding.facts, told);
  const says = (verb: string) => ({ says: shorten(`${verb} ${finding.name}: ${about}`, 75) });
  if (finding.state === 'resolved')
    return show ? [button('Why', act('org drift show', args), says('Why'))] : [];
  const { adopt } = finding.rule;
  const [mend, accept] = adopt ? ['Revert', 'Adopt'] : ['Fix', 'Accept'];
  const mends = finding.rule.fixes(finding.facts, '').length > 0;
  return [
    ...(mends ? [button(mend, act('org drift fix', as), { style: 'primary' as const, ...says(mend) })] : []),
    ...(mayChange && (adopt || !show) ? [button(accept, act('org drift accept', as), says(accept))] : []),
    ...(mayChange ? [button('Snooze', act('org drift snooze', as), says('Snooze'))] : []),
    ...(mayChange && (adopt || !show) ? [button('Ask', act('org drift ask', args), says('Ask about'))] : []),
    ...(show ? [button('Why', act('org drift show', args), says('Why'))] : []),
  ];
};

const EMPTY: Readonly<Record<Finding['state'], string>> = {
  open: 'Nothing has drifted.',
  snoozed: 'Nothing is snoozed.',
  accepted: 'Nothing is accepted.',
  resolved: 'Nothing has been resolved yet.',
};

export const findingListCard = (
  page: FindingPage,
  run: DriftRun | undefined,
  told: Told,
  { state, again }: { state: Finding['state']; again: Action },
): Card =>
  card({
    title: countLine(page.counts),
    tone: run && run.unreadable.length > 0 ? 'warning' : undefined,
    blocks: [
      ...(run ? incompleteBlock(run) : []),
      ...(page.items.length > 0
        ? [
            {
              kind: 'rows',
              rows: page.items.map((finding) => ({
                text: findingLine(finding, told),
                detail: sinceOf(finding),
                buttons: findingButtons(finding, told, { mayChange: page.mayChange, show: true }),
              })),
            } as const,
          ]
        : [{ kind: 'text', text: EMPTY[state] } as const]),
      ...nextPage(again, page.next),
      ...(run
        ? [
            {
              kind: 'small',
              text: `${count(run.members, 'member')} and ${count(run.tokens, 'token')} checked in ${(run.milliseconds / 1000).toFixed(1)} s.`,
            } as const,
          ]
        : []),
    ],
  });

const sinceOf = (finding: Finding): Text => {
  const since = ['since ', { time: finding.firstSeen, style: 'date' }] as const;
  if (finding.state === 'snoozed' && finding.snoozedUntil) {
    return [...since, ', snoozed until ', { time: finding.snoozedUntil, style: 'time' }];
  }
  if (finding.state === 'resolved' && finding.resolvedAt) {
    return [...since, ', resolved ', { time: finding.resolvedAt, style: 'time' }];
  }
  return finding.state === 'accepted' ? [...since, ', accepted'] : since;
};

export const findingCard = (
  { finding, mayChange }: { finding: Finding; mayChange: boolean },
  run: DriftRun | undefined,
  told: Told,
): Card =>
  card({
    title: `${finding.name}: ${finding.rule.title}`,
    tone: finding.severity === 'high' && finding.state === 'open' ? 'warning' : undefined,
    blocks: [
      { kind: 'text', text: `${finding.rule.says(finding.facts, told)}.` },
      {
        kind: 'fields',
        fields: [
          ['Severity', capital(finding.severity)],
          ['State', sinceOf(finding)],
          ['Rule', { code: finding.rule.id }],
          ...(finding.settledBy ? ([['By', finding.settledBy]] as const) : []),
        ],
      },
      ...(finding.reason ? [{ kind: 'quote', label: 'Reason', text: finding.reason } as const] : []),
      { kind: 'heading', text: 'Why it matters' },
      { kind: 'text', text: withCode(finding.rule.why) },
      ...(run?.unreadable.includes(finding.rule.id) ? incompleteBlock(run) : []),
      {
        kind: 'buttons',
        buttons: [
          ...findingButtons(finding, told, { mayChange, show: false }),
          button('All findings', act('org drift show')),
        ],
      },
    ],
  });
