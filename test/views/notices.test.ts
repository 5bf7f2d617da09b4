import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notices } from '../../src/views/notice/index.ts';
import { acme, buttonsOf, HOSTILE } from './shown.ts';
import { told, until } from './told.ts';

describe('what members are told', () => {
  test.each(told)('$name $which', ({ name, data }) => {
    expect(notices[name].draw(acme, data)).toMatchSnapshot();
  });

  test.each(told)('$name $which names the organization and ties its buttons to it', ({ name, data }) => {
    const card = notices[name].draw(acme, data);
    expect(`${card.title} ${card.text}`).toContain('Acme');
    for (const button of buttonsOf(card)) expect(button.action.args.org, button.label).toBe(acme.id);
    expect(card.text).not.toMatch(/!|Oops/);
    const dangerous = buttonsOf(card).filter(({ style }) => style === 'danger');
    expect(dangerous.map(({ label }) => label).filter((label) => label !== 'Deactivate')).toEqual([]);
  });

  test.each(told)('abuse: $name $which keeps hostile words plain and its limits', ({ name, data }) => {
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
    expect(() => notices['grant-given'].draw(acme, { by: null })).toThrow(/project/);
  });
});

test('core says nothing that no view draws', () => {
  const core = join(import.meta.dirname, '../../src/core');
  const drawn = new Set<string>([
    ...Object.keys(notices),
    'request',
    'request-settled',
    'passkey-added',
    'passkey-removed',
    'requests-waiting',
    'review',
    'review-done',
    'tokens-flagged',
    'offboarding',
    'organization-deleted',
  ]);
  const letters = new Set(['invitation', 'link-code', 'passkey-enrolment']);
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
