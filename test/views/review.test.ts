import { describe, expect, test } from 'vitest';
import type { Review, ReviewItem } from '../../src/core/review/item.ts';
import type { Progress, Questions } from '../../src/core/review/show.ts';
import { progressCard, questionsCard, reviewDoneCard } from '../../src/views/review.ts';
import { acme, at, buttonsOf } from './shown.ts';

const REVIEW = '01900000-0000-7000-8000-00000000000a';

const review = (over: Partial<Review> = {}): Review => ({
  organizationId: acme.id,
  id: REVIEW,
  number: 2,
  project: null,
  startedBy: null,
  slot: null,
  endsAt: new Date(Date.UTC(2026, 11, 4, 8)),
  warned: 0,
  endedAt: null,
  createdAt: at(8),
  ...over,
});

const item = (number: number, over: Partial<ReviewItem> = {}): ReviewItem => ({
  organizationId: acme.id,
  reviewId: REVIEW,
  number,
  userId: '01900000-0000-7000-8000-000000000002',
  email: 'sam@example.com',
  roleId: '01900000-0000-7000-8000-000000000003',
  roleName: 'developer',
  projectId: '01900000-0000-7000-8000-000000000004',
  projectName: 'etl',
  grantedAt: at(8),
  grantedBy: 'ines@example.com',
  request: 'REQ-7',
  expiresAt: null,
  lastUsedAt: null,
  state: 'open',
  decidedBy: null,
  decidedByEmail: null,
  decidedAt: null,
  restoredAt: null,
  restoredByEmail: null,
  ...over,
});

const asked = (over: Partial<Questions> = {}): Questions => ({
  organization: acme,
  review: review(),
  name: 'REV-2',
  items: [item(1), item(2, { roleName: 'admin', projectId: null, projectName: null, lastUsedAt: at(9) })],
  more: 3,
  answered: 1,
  ...over,
});

const progress = (over: Partial<Progress> = {}): Progress => ({
  review: review(),
  name: 'REV-2',
  startedBy: 'ines@example.com',
  counts: { open: 5, kept: 3, removed: 1, ended: 0, gone: 1, unanswered: 0, 'not-asked': 0 },
  reviewers: [{ email: 'ines@example.com', answered: 4 }],
  items: [item(1)],
  mine: [1],
  next: '1',
  mayRun: true,
  ...over,
});

const first = { days: undefined, sent: false };
const warning = { days: 1, sent: true };

const ended = progress({
  review: review({ endedAt: at(10) }),
  counts: { open: 0, kept: 3, removed: 1, ended: 2, gone: 1, unanswered: 1, 'not-asked': 2 },
  items: [
    item(1, { state: 'ended' }),
    item(2, { state: 'ended', restoredAt: at(11), restoredByEmail: 'jo@example.com' }),
  ],
  mine: [1, 2],
  next: undefined,
});

describe('an access review', () => {
  test.each([
    ['asks', questionsCard(asked(), first)],
    ['warns', questionsCard(asked(), warning)],
    ['thanks', questionsCard(asked({ items: [], more: 0, answered: 6 }), first)],
    ['is over for a reviewer', questionsCard(asked({ review: review({ endedAt: at(10) }) }), warning)],
    [
      'was sent to who has nothing to answer',
      questionsCard(asked({ items: [], more: 0, answered: 0 }), warning),
    ],
    [
      'was sent to who never answered, and is over',
      questionsCard(asked({ items: [], more: 0, answered: 0, review: review({ endedAt: at(10) }) }), warning),
    ],
    ['shows how it goes', progressCard(progress())],
    ['shows how it goes to who may only read', progressCard(progress({ mine: [], mayRun: false }))],
    ['shows how it went', progressCard(ended)],
    ['tells its result', reviewDoneCard(ended, 'Acme')],
  ])('%s', (_, card) => {
    expect(card).toMatchSnapshot();
  });

  test('asks nobody who has nothing to answer', () => {
    expect(questionsCard(asked({ items: [], more: 0, answered: 0 }), first)).toBeUndefined();
  });

  test('says on each button what it does to whom, and means its own organization', () => {
    const card = questionsCard(asked(), first);
    const buttons = card ? buttonsOf(card) : [];
    expect(buttons.map(({ says }) => says)).toEqual([
      'Keep REV-2.1: sam@example.com: developer in etl',
      'Remove REV-2.1: sam@example.com: developer in etl',
      'Keep REV-2.2: sam@example.com: admin',
      'Remove REV-2.2: sam@example.com: admin',
    ]);
    for (const { action } of buttons) expect(action.args.org).toBe(acme.id);
  });
});
