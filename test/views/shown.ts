import { models } from '../../src/core/access/models/index.ts';
import type { Organization } from '../../src/core/organization/organization.ts';
import type { ShownDecision, ShownRequest } from '../../src/core/request/show.ts';
import type { Block, Button, Card } from '../../src/views/card.ts';

export const acme: Organization = {
  id: '01900000-0000-7000-8000-000000000001',
  slug: 'acme',
  name: 'Acme',
  model: models.prefect,
};

/** Everything that somebody could put into a name to be more than a name. */
export const HOSTILE = '<!channel> <@U1> @everyone *b* `c` [x](http://evil.example) \u202Egnp.exe';

export const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 20, hour));

export const shownRequest = (differing: Partial<ShownRequest> = {}): ShownRequest => ({
  id: '01900000-0000-7000-8000-000000000007',
  name: 'REQ-7',
  state: 'pending',
  organization: acme,
  requester: {
    id: '01900000-0000-7000-8000-000000000002',
    email: 'sam@example.com',
    accounts: [{ platform: 'slack', workspaceId: 'T1', externalId: 'U2' }],
  },
  kind: 'access',
  beneficiary: null,
  role: 'developer',
  project: 'etl',
  from: null,
  seconds: 8 * 3600,
  reason: 'rotate the leaked key, INC-77',
  createdAt: at(8),
  expiresAt: new Date(Date.UTC(2026, 10, 27, 8)),
  accessEndsAt: null,
  settledAt: null,
  toOperators: false,
  escalatedAt: null,
  contentHash: '0123456789abcdef',
  roleEdited: false,
  extends: false,
  gains: ['*:create', '*:update', '*:delete'],
  alreadyHeld: ['*:read', '*:run'],
  operatorOnly: [],
  loses: [],
  losesForGood: false,
  tokens: { personal: 0, organization: [], serviceAccounts: [] },
  decisions: [],
  needsPasskey: false,
  change: null,
  reviewedAt: null,
  approvals: { required: 1, counted: [], lost: [], outdated: [] },
  ...differing,
});

export const decided = (decision: ShownDecision['decision'], reason = ''): ShownDecision => ({
  by: 'ines@example.com',
  decision,
  reason,
  at: at(9),
  passkey: null,
  invitedBy: null,
});

export const requestStates: Readonly<Record<ShownRequest['state'], ShownRequest>> = {
  pending: shownRequest(),
  approved: shownRequest({
    state: 'approved',
    settledAt: at(9),
    accessEndsAt: at(17),
    decisions: [decided('approved', 'ok for the incident')],
  }),
  denied: shownRequest({
    state: 'denied',
    settledAt: at(9),
    decisions: [decided('denied', 'use the runbook role instead')],
  }),
  cancelled: shownRequest({ state: 'cancelled', settledAt: at(9) }),
  expired: shownRequest({ state: 'expired', settledAt: new Date(Date.UTC(2026, 10, 27, 8)) }),
  returned: shownRequest({
    state: 'returned',
    settledAt: at(9),
    accessEndsAt: at(12),
    decisions: [decided('approved')],
  }),
  ended: shownRequest({
    state: 'ended',
    settledAt: at(9),
    accessEndsAt: at(17),
    decisions: [decided('approved')],
  }),
};

export const buttonsOf = (card: Card): Button[] =>
  card.blocks.flatMap((block: Block): readonly Button[] => {
    if (block.kind === 'buttons') return block.buttons;
    return block.kind === 'rows' ? block.rows.flatMap((row) => row.buttons ?? []) : [];
  });
