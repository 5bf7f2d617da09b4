import type { notices } from '../../src/views/notice/index.ts';

export type Name = keyof typeof notices;

export const until = '2026-11-27T08:00:00.000Z';
const by = 'ines@example.com';
const developer = { project: 'etl', role: 'developer' };

const samples: Record<Name, Record<string, Record<string, unknown>>> = {
  'passkey-wanted': {
    'to who decides': { request: 'REQ-7', role: 'admin', decides: true },
    'to who asked': { request: 'REQ-7', role: 'admin', decides: false },
  },
  'member-role-changed': {
    'until a time': { by, before: 'member', after: 'admin', until },
    'taken away': { by, before: 'member', after: null },
    'by an operator': { before: null, after: 'member' },
  },
  'member-role-ended': { '': { before: 'admin', after: 'member' } },
  'member-deactivated': { '': { by } },
  'member-reactivated': { '': { by } },
  'member-left-workspace': {
    reported: { email: 'kai@example.com' },
    deactivated: { email: 'kai@example.com', deactivated: true },
  },
  'member-removed': { '': { by } },
  'token-leaked': {
    personal: { token: 'laptop', kind: 'personal', by: 'Ines' },
    organization: { token: 'ci-deploy', kind: 'organization', by: 'Ines' },
    'service account': { token: 'backup', kind: 'service-account', by: 'Ines' },
  },
  'invitation-wanted': {
    whole: {
      by,
      email: 'dana@example.com,kai@example.com',
      role: 'member',
      project: 'etl:developer',
      reason: 'joins us',
    },
    bare: { by, email: 'dana@example.com' },
  },
  'invitation-wrong-address': { '': { email: 'dana@example.com', address: 'kai@example.org' } },
  'drift-report-failed': { '': { slot: until } },
  'grant-given': {
    'for good': { by, ...developer },
    'later, for a time, with a reason': { by, ...developer, from: until, until, reason: 'on call' },
  },
  'grant-revoked': {
    one: { by, ended: [developer], reason: 'left the team' },
    several: { by, ended: [developer, { project: 'web', role: 'runner' }] },
  },
  'grant-ended': { one: { ended: [developer] }, several: { ended: [developer, developer] } },
  'access-ending': {
    'of a request': { ...developer, until, request: 'REQ-7', requestId: null },
    'given directly': { role: 'admin', project: null, until, request: null, requestId: null },
  },
  'grant-opened': { '': { ...developer, until }, 'for good': { ...developer, until: null } },
  'grant-not-opened': {
    asked: { email: by, ...developer, request: 'REQ-7', why: 'kim@example.com may not give it any more' },
    given: { email: null, ...developer, request: null, why: 'the role developer has changed' },
  },
  'access-edited': {
    both: { by, added: [developer], ended: [{ project: 'web', role: 'runner' }] },
    'by an operator': { added: [], ended: [developer] },
  },
  'finding-asked': {
    'with a note': {
      question: '0190f3a4-7c1e-7b2a-9d3c-1f2e3d4c5b6a',
      rule: 'member-dormant',
      facts: { member: 'dana@example.com', since: '2026-08-01T00:00:00Z', ever: true, after: 7_776_000 },
      by: 'ada@example.com',
      note: 'Are you still with us?',
    },
  },
  'finding-answered': {
    right: {
      finding: 'DRF-3',
      rule: 'member-dormant',
      facts: { member: 'dana@example.com', since: '2026-08-01T00:00:00Z', ever: true, after: 7_776_000 },
      by: 'dana@example.com',
      right: true,
    },
    wrong: {
      finding: 'DRF-3',
      rule: 'no-longer-looked-for',
      facts: {},
      by: 'dana@example.com',
      right: false,
      note: 'That was not me.',
    },
  },
  'project-deleted': { '': { by, project: 'etl' } },
  'break-glass-reviewed': {
    justified: { request: 'REQ-7', by, justified: true, reason: '', ended: false },
    'not justified': { request: 'REQ-7', by, justified: false, reason: 'no incident', ended: true },
  },
  'request-escalated': {
    'nobody may decide': { request: 'REQ-7', late: false },
    'nobody may look at what was taken': { request: 'REQ-7', late: false, taken: true },
    'three quarters are over': { request: 'REQ-7', late: true },
  },
  'request-failed': {
    '': {
      request: 'REQ-7',
      title: 'Give project access',
      by,
      why: 'Acme has as many members as it may.',
    },
  },
  'role-edited': {
    wider: { by, role: 'deployer', scope: 'project', gained: ['flows:run'], lost: [] },
    'wider and narrower': { by, role: 'deployer', scope: 'project', gained: ['a:b', 'c:d'], lost: ['e:f'] },
  },
  'role-replaced': { '': { by, role: 'deployer', replacement: 'developer' } },
  'review-ending': { '': { review: 'REV-2', endsAt: until, access: ['admin', 'developer in etl'] } },
  'review-access-ended': {
    '': { review: 'REV-2', access: ['developer in etl'] },
    many: { review: 'REV-2', access: Array.from({ length: 12 }, (_, index) => `runner in p${index}`) },
  },
  'invitation-accepted': {
    'with a role': { email: 'dana@example.com', role: 'member' },
    'without a role': { email: 'dana@example.com', role: null },
  },
  'invitations-expired': {
    one: { emails: ['dana@example.com'], count: 1 },
    many: { emails: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@example.com`), count: 60 },
  },
};

/** Every notice with every kind of data that core sends with it. */
export const told = Object.entries(samples).flatMap(([name, cases]) =>
  Object.entries(cases).map(([which, data]) => ({ name: name as Name, which, data })),
);
