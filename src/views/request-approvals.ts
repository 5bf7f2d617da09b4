import type { ShownDecision, ShownRequest } from '../core/request/show.ts';
import type { Inline } from './card.ts';
import { text } from './parts.ts';

type Field = readonly [label: string, value: readonly Inline[]];

/** How an approval was confirmed, where it was; a passkey that is new deserves a second look. */
const confirmed = ({ passkey }: Partial<ShownDecision>): Inline[] =>
  passkey ? [` · confirmed with a passkey${passkey.fresh ? ' added today' : ''}`] : [];

/** Two approvals may be one person's idea. */
const newcomer = ({ invitedBy }: Partial<ShownDecision>): Inline[] =>
  invitedBy ? [` · joined less than a day before, invited by ${invitedBy}`] : [];

const people = (given: readonly (Pick<ShownDecision, 'by' | 'at'> & Partial<ShownDecision>)[]): Inline[] =>
  given.flatMap((each, index): Inline[] => [
    ...(index > 0 ? [index === given.length - 1 ? ' and ' : '; '] : []),
    each.by,
    ', ',
    { time: each.at, style: 'time' },
    ...confirmed(each),
    ...newcomer(each),
  ]);

/** How far a pending request is that takes several approvals, and whose count no more. */
export const approvalFields = ({
  approvals,
  decisions,
  needsPasskey,
  roleEdited,
  role,
  requester,
}: ShownRequest): Field[] => {
  const { required, lost, outdated } = approvals;
  const counted = approvals.counted.map((each) => ({
    ...each,
    invitedBy: decisions.find(({ by }) => by === each.by)?.invitedBy ?? null,
  }));
  const count = `${counted.length} of ${required} approvals`;
  return [
    ...(roleEdited
      ? [
          [
            'Not to be approved as it is',
            [`${role} has been edited since. ${requester.email} can ask for it as it is now, with Change.`],
          ] as const,
        ]
      : []),
    ...(required > 1
      ? [['Approvals', counted.length === 0 ? [count] : [`${count}: `, ...people(counted)]] as const]
      : []),
    ...(lost.length > 0
      ? [
          [
            'No longer counts',
            [...people(lost), `: may not decide it any more${needsPasskey ? ', or used no passkey' : ''}`],
          ] as const,
        ]
      : []),
    ...(outdated.length > 0
      ? [['Approved before it was changed', [...people(outdated), ': counts no more']] as const]
      : []),
  ];
};

/** What it takes to decide. */
export const whoDecides = (request: ShownRequest): string =>
  `${deciding(request)}${request.needsPasskey ? 'Approving it takes a passkey. ' : ''}`;

const deciding = ({ toOperators, escalatedAt, approvals, organization }: ShownRequest): string => {
  const { required } = approvals;
  if (toOperators && required > 1) return "An operator's approval completes it. ";
  if (toOperators && escalatedAt) return 'Operators may decide it as well. ';
  if (toOperators) return `Operators decide, because nobody else in ${organization.name} may. `;
  return required === 1
    ? 'One approval decides. Nobody decides a request of their own. '
    : `${required} different people have to approve; one denial decides. `;
};

/** Who approved or denied, and when. */
export const decisionFields = (decisions: readonly ShownDecision[]): Field[] => {
  const last = decisions.at(-1);
  if (!last) return [];
  const by = last.decision === 'denied' ? [last] : decisions.filter((each) => each.decision === 'approved');
  return [[last.decision === 'denied' ? 'Denied by' : 'Approved by', text(...people(by)) as Inline[]]];
};
