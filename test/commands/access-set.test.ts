import { describe, expect, test } from 'vitest';
import {
  accessSet,
  carriedSet,
  chosenSet,
  everywhere,
  packedSet,
  wantedGrants,
} from '../../src/commands/access-set.ts';
import { models } from '../../src/core/access/models/index.ts';
import { DomainError } from '../../src/core/errors.ts';
import type { EditableAccess } from '../../src/core/grant/whole.ts';
import { actionOf, renderForm, withForm } from '../../src/platforms/slack/form.ts';
import { accessForm } from '../../src/views/access-form.ts';

const held = (project: string, role: string) => ({
  projectId: project,
  project,
  roleId: role,
  role,
  from: null,
  until: null,
});

const whole = (names: readonly string[], grants: EditableAccess['held'] = []): EditableAccess => ({
  kind: 'member',
  email: 'dana@example.com',
  seen: 'abc',
  role: { name: 'member', until: null },
  roles: ['member'],
  held: grants,
  projects: names.map((name) => ({ name, offers: ['developer', 'read-only'] })),
});

const typed = (text: string) => accessSet().schema.parse(text);
const set = (of: EditableAccess, text: string) => chosenSet(of, { project: typed(text) });
const grants = (of: EditableAccess, text: string) =>
  wantedGrants(of, set(of, text))
    .map(({ project, role }) => `${project}:${role}`)
    .sort();

describe('CR-09: a set of access as it is typed, chosen and carried', () => {
  const acme = whole(
    ['alpha', 'beta', 'gamma'],
    [held('alpha', 'developer'), held('alpha', 'read-only'), held('theirs', 'owner')],
  );

  test.each([
    ['alpha:developer', ['alpha:developer', 'theirs:owner']],
    ['none', ['theirs:owner']],
    ['alpha:none', ['theirs:owner']],
    ['alpha:developer+read-only', ['alpha:developer', 'alpha:read-only', 'theirs:owner']],
    ['beta:none,all:Developer', ['alpha:developer', 'gamma:developer', 'theirs:owner']],
    ['nowhere:developer', ['nowhere:developer', 'theirs:owner']],
    [' alpha : developer \n beta:read-only;', ['alpha:developer', 'beta:read-only', 'theirs:owner']],
  ])('%s', (text, wanted) => {
    expect(grants(acme, text)).toEqual(wanted);
  });

  test.each(['alpha', ':developer', 'alpha:', 'a:b:c'])('%s names no project and role', (text) => {
    expect(accessSet().schema.safeParse(text).success).toBe(false);
  });

  test('CW-44 Add all fills what is empty, Remove all empties every one, and both weigh nothing', () => {
    const many = whole(
      Array.from({ length: 500 }, (_, n) => `namespace-${n}`),
      [held('namespace-7', 'read-only')],
    );
    const now = chosenSet(many, {});
    const added = everywhere(now, 'developer');
    expect(added.get('namespace-7')).toBe('read-only');
    expect(added.get('namespace-8')).toBe('developer');
    expect(carriedSet(many, added, ['developer'])).toEqual({ base: 'developer', changes: '' });
    const removed = everywhere(added, 'none');
    expect(new Set(removed.values())).toEqual(new Set(['']));
    expect(carriedSet(many, removed, [])).toEqual({ base: 'none', changes: '' });
  });

  test('what is carried comes back as it was, short or long', () => {
    const many = whole(Array.from({ length: 200 }, (_, n) => `team-${n % 7}-service-${n}`));
    const text = many.projects
      .slice(0, 120)
      .map(({ name }, n) => `${name}:${n % 3 ? 'developer' : 'read-only'}`);
    for (const size of [1, 5, 120]) {
      const chosen = set(many, text.slice(0, size).join(','));
      const { base, changes } = carriedSet(many, chosen, []);
      expect(changes.length).toBeLessThanOrEqual(1400);
      const back = chosenSet(many, { base: base || undefined, changes: packedSet().schema.parse(changes) });
      expect([...back]).toEqual([...chosen]);
    }
  });

  test('more than can be carried is refused whole, never cut', () => {
    const names = Array.from({ length: 200 }, (_, n) => `${(n * 7919 + 104729).toString(36)}${n}`.repeat(6));
    const many = whole(names);
    const chosen = set(
      many,
      names.map((name, n) => `${name}:${n % 2 ? 'developer' : 'read-only'}`).join(','),
    );
    expect(() => carriedSet(many, chosen, [])).toThrow(DomainError);
  });

  test.each(['~', '~!!!', `~${'A'.repeat(50)}`])('a button that carries %s is no longer read', (text) => {
    expect(packedSet().schema.safeParse(text).success).toBe(false);
  });

  test('a field that stays as it was chosen changes nothing', () => {
    const chosen = chosenSet(acme, { changes: typed('alpha:developer+read-only'), set: typed('alpha:=') });
    expect(chosen.get('alpha')).toBe('developer+read-only');
  });
});

describe('the form of the access of one person', () => {
  const organization = { id: 'o', name: 'Acme', model: models.prefect };
  const formOf = (of: EditableAccess) =>
    accessForm(of, organization, {
      chosen: chosenSet(of, {}),
      base: '',
      changes: '',
      role: undefined,
      found: '',
      at: 0,
    });

  test('nothing is cut silently: many roles make the pages shorter, and name how Add all is typed', () => {
    const offers = Array.from({ length: 60 }, (_, n) => `role-${n}`.padEnd(63, 'x'));
    const names = Array.from({ length: 30 }, (_, n) => `project-${n}`.padEnd(63, 'x'));
    const of = { ...whole([]), roles: offers, projects: names.map((name) => ({ name, offers })) };
    const form = formOf(of);
    const view = renderForm(form, 'T1');
    expect(JSON.stringify(view).length).toBeLessThan(250_000);
    expect(view.blocks.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(view.blocks)).not.toContain('do not fit');
    expect(form.fields.filter(({ item }) => item !== undefined).length).toBe(12);
    expect(JSON.stringify(form.intro)).toContain('project:all:<role>');
    expect(form.buttons?.map(({ label }) => label)).toContain('Next page');
  });

  test('what is filled in comes back as one list, an empty box as none', () => {
    const of = whole(['alpha', 'beta']);
    const form = formOf({
      ...of,
      projects: of.projects.map(({ name }) => ({ name, offers: ['developer'] })),
    });
    const view = renderForm(form, 'T1');
    const developer = { text: { type: 'plain_text' as const, text: 'developer' }, value: 'developer' };
    const values = Object.fromEntries(
      view.blocks.flatMap((block) => {
        if (!('element' in block) || !block.block_id) return [];
        const options = block.block_id.startsWith('set/alpha.') ? [developer] : [];
        return [[block.block_id, { value: { type: 'checkboxes' as const, selected_options: options } }]];
      }),
    );
    const filled = { private_metadata: view.private_metadata ?? '', state: { values } };
    expect(actionOf(filled)?.args.set).toBe('alpha:developer,beta:none');
    const pressed = { command: 'org access edit', args: { go: 'remove' } };
    expect(withForm(pressed, { ...filled, callback_id: view.callback_id ?? '' })?.args).toMatchObject({
      go: 'remove',
      user: 'dana@example.com',
      seen: 'abc',
      set: 'alpha:developer,beta:none',
    });
    expect(withForm(pressed, { ...filled, callback_id: 'card' })).toEqual(pressed);
  });
});
