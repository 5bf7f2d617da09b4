import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notices } from '../../src/views/notice/index.ts';
import { acme, buttonsOf, HOSTILE } from './shown.ts';

type Name = keyof typeof notices;

const until = '2026-11-27T08:00:00.000Z';
const by = 'ines@example.com';
const developer = { project: 'etl', role: 'developer' };

const samples: Record<Name, Record<string, Record<string, unknown>>> = {
  'member-role-changed': {
    'until a time': { by, before: 'member', after: 'admin', until },
    'taken away': { by, before: 'member', after: null },
    'by an operator': { before: null, after: 'member' },
  },
  'member-role-ended': { '': {} },
  'member-deactivated': { '': { by } },
  'member-reactivated': { '': { by } },
  'member-removed': { '': { by } },
  'grant-given': {
    'for good': { by, ...developer },
    'later, for a time, with a reason': { by, ...developer, from: until, until, reason: 'on call' },
  },
  'grant-revoked': {
    one: { by, ended: [developer], reason: 'left the team' },
    several: { by, ended: [developer, { project: 'web', role: 'runner' }] },
  },
  'grant-ended': { one: { ended: [developer] }, several: { ended: [developer, developer] } },
  'project-deleted': { '': { by, project: 'etl' } },
  'invitation-accepted': {
    'with a role': { email: 'dana@example.com', role: 'member' },
    'without a role': { email: 'dana@example.com', role: null },
  },
  'invitations-expired': {
    one: { emails: ['dana@example.com'], count: 1 },
    many: { emails: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@example.com`), count: 60 },
  },
};

const every = Object.entries(samples).flatMap(([name, cases]) =>
  Object.entries(cases).map(([which, data]) => ({ name: name as Name, which, data })),
);

describe('what members are told', () => {
  test.each(every)('$name $which', ({ name, data }) => {
    expect(notices[name].draw(acme, data)).toMatchSnapshot();
  });

  test.each(every)('$name $which names the organization and ties its buttons to it', ({ name, data }) => {
    const card = notices[name].draw(acme, data);
    expect(`${card.title} ${card.text}`).toContain('Acme');
    for (const button of buttonsOf(card)) expect(button.action.args.org, button.label).toBe(acme.id);
    expect(card.text).not.toMatch(/!|Oops/);
    expect(buttonsOf(card).filter(({ style }) => style === 'danger')).toEqual([]);
  });

  test.each(every)('abuse: $name $which keeps hostile words plain and its limits', ({ name, data }) => {
    const hostile = (value: unknown): unknown => {
      if (typeof value === 'string') return value === until ? value : HOSTILE.repeat(70);
      if (Array.isArray(value)) return value.map(hostile);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hostile(inner)]));
    };
    const card = notices[name].draw(acme, hostile(data));
    expect(JSON.stringify(card.blocks)).not.toMatch(/"(?:channel|link|person)":/);
    for (const { says } of buttonsOf(card)) expect(says?.length ?? 0).toBeLessThanOrEqual(75);
  });

  test('a row that does not fit its view is a bug that speaks up', () => {
    expect(() => notices['grant-given'].draw(acme, { by })).toThrow(/project/);
  });
});

test('core says nothing that no view draws', () => {
  const core = join(import.meta.dirname, '../../src/core');
  const drawn = new Set<string>([...Object.keys(notices), 'request', 'request-settled']);
  const letters = new Set(['invitation', 'link-code']);
  const said = readdirSync(core, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [...readFileSync(join(core, path), 'utf8').matchAll(/notice:([^,;]*),/g)])
    .flatMap((match) =>
      [...(match[1] ?? '').matchAll(/(?:^|[?:])\s*'([a-z-]+)'/g)].map((name) => name[1] ?? ''),
    );
  expect(said).toContain('member-reactivated');
  expect(said.filter((name) => !drawn.has(name) && !letters.has(name))).toEqual([]);
  expect([...drawn, ...letters].filter((name) => !said.includes(name))).toEqual([]);
});
