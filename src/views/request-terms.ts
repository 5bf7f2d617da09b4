import { durationInWords } from '../core/duration.ts';
import type { ShownRequest } from '../core/request/show.ts';
import type { Inline } from './card.ts';
import { count } from './parts.ts';
import { inUtc } from './plain.ts';

type Terms = Pick<ShownRequest, 'kind' | 'beneficiary' | 'role' | 'project' | 'organization' | 'change'>;

/**
 * `developer in workspace etl`, or `admin (organization role)`: what is asked for, without the organization; and for
 * whom, where somebody asks for somebody else.
 */
export const accessInWords = ({ kind, beneficiary, role, project, organization, change }: Terms): string => {
  if (change) return change.title;
  if (kind === 'removal') return `the last step of removing ${beneficiary}`;
  const what =
    project === null
      ? `${role} (organization role)`
      : `${role} in ${organization.model.words.project} ${project}`;
  return beneficiary === null ? what : `${what} for ${beneficiary}`;
};

/** A span that may have been an instant before: never more than two units. */
export const spanInWords = (seconds: number): string => {
  const exact = durationInWords(seconds);
  if (Number.parseInt(exact, 10) < 100) return exact;
  const units = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor((seconds % 86_400) / 3600), 'hour'],
    [Math.floor((seconds % 3600) / 60), 'minute'],
  ] as const;
  return units
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
};

/** How long it would last, for a card: readers see the start in their own time zone. */
export const lasting = ({ seconds, from }: Pick<ShownRequest, 'seconds' | 'from'>): Inline[] => {
  const span = seconds === null ? 'without an end' : spanInWords(seconds);
  return from
    ? [`${span}, from `, { time: from, style: 'time' }]
    : [seconds === null ? `${span}, from approval on` : `${span} from approval on`];
};

/** The same in plain words, where a platform takes no times: its confirmation dialogs. */
export const lastingInWords = ({ seconds, from }: Pick<ShownRequest, 'seconds' | 'from'>): string =>
  `${seconds === null ? 'without an end' : `for ${spanInWords(seconds)}`}${from ? ` from ${inUtc(from)} on` : ''}`;

/** From when until when an approved request gives access. */
export const period = ({ from, accessEndsAt }: Pick<ShownRequest, 'from' | 'accessEndsAt'>): Inline[] => {
  const start: Inline[] = from ? ['from ', { time: from, style: 'time' }] : [];
  if (accessEndsAt === null) return from ? [...start, ' on, without an end'] : ['without an end'];
  return [...start, from ? ' until ' : 'until ', { time: accessEndsAt, style: 'time' }];
};

const NAMED = 8;

const names = (permissions: readonly string[], most: number): Inline[] => [
  ...permissions
    .slice(0, most)
    .flatMap((permission, index): Inline[] => [...(index > 0 ? [', '] : []), { code: permission }]),
  ...(permissions.length > most ? [` and ${permissions.length - most} more`] : []),
];

type Effect = Pick<
  ShownRequest,
  | 'kind'
  | 'extends'
  | 'gains'
  | 'alreadyHeld'
  | 'operatorOnly'
  | 'loses'
  | 'losesForGood'
  | 'tokens'
  | 'project'
  | 'organization'
>;

/** Which tokens can do more with it, and which stay as they are. */
const tokensIn = ({ personal, organization, serviceAccounts }: Effect['tokens'], full: boolean): string[] => {
  const others = [
    ...organization.map(({ name }) => `token ${name}`),
    ...serviceAccounts.map((name) => `service account ${name}`),
  ];
  const kept = full
    ? others.join(', ')
    : count(others.length, 'token or service account', 'tokens and service accounts');
  return [
    ...(personal > 0 ? [` ${count(personal, 'personal token')} of theirs can do it too.`] : []),
    ...(others.length > 0 ? [` Not changed by it: ${kept}.`] : []),
  ];
};

/** What approving changes, and what it leaves alone. */
export const effectOf = (request: Effect, full = false): Inline[] => {
  if (request.kind === 'removal') {
    return [{ bold: 'What would change: ' }, 'the membership ends with everything that it still gives.'];
  }
  const { gains, alreadyHeld, operatorOnly, project, organization } = request;
  const most = full ? Number.POSITIVE_INFINITY : NAMED;
  const { words } = organization.model;
  const nothing = gains.length === 0 && operatorOnly.length === 0;
  const adds: Inline[] = nothing
    ? [
        alreadyHeld.length > 0
          ? 'nothing: all of it is held already.'
          : 'nothing: the role gives nothing now.',
      ]
    : gains.length > 0
      ? [request.extends ? 'gives for longer what is held now: ' : 'adds ', ...names(gains, most), '.']
      : [];
  return [
    { bold: 'What would change: ' },
    ...adds,
    ...(operatorOnly.length > 0
      ? [
          gains.length > 0 ? ' ' : '',
          'Adds what only operators may give: ',
          ...names(operatorOnly, most),
          '.',
        ]
      : []),
    ...(alreadyHeld.length > 0 && !nothing ? [' Held already: ', ...names(alreadyHeld, most), '.'] : []),
    ...(request.loses.length > 0
      ? [request.losesForGood ? ' Ends for good: ' : ' Ends meanwhile: ', ...names(request.loses, most), '.']
      : []),
    project === null
      ? ` It takes the place of their organization role; access to ${words.projects} stays as it is.`
      : ` Their organization role and other ${words.projects} stay as they are.`,
    ...tokensIn(request.tokens, full),
  ];
};
