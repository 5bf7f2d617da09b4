import type { ViewOutput } from '@slack/bolt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/index.ts';
import { inWords } from '../../../src/commands/words.ts';
import { models } from '../../../src/core/access/models/index.ts';
import {
  actionOf,
  errorsByBlock,
  renderForm,
  renderOptions,
  sourceOf,
} from '../../../src/platforms/slack/form.ts';
import { MODAL_TITLE } from '../../../src/platforms/slack/limits.ts';
import { initialValues } from '../../../src/playground/workspace/controls.ts';
import type { Field, Form } from '../../../src/views/form.ts';

const TEAM = 'T0ACME';
const formOf = (fields: readonly Field[], more: Partial<Form> = {}): Form => ({
  kind: 'form',
  title: 'Give access',
  submit: 'Give',
  action: { command: 'access grant', args: {} },
  fields,
  ...more,
});
const field = (name: string, input: Field['input'], more: Partial<Field> = {}): Field => ({
  name,
  label: name,
  required: true,
  input,
  ...more,
});

/** What Slack hands back when somebody presses the button without touching a field. */
function untouched(form: Form): Pick<ViewOutput, 'private_metadata' | 'state'> {
  const view = JSON.parse(JSON.stringify(renderForm(form, TEAM)));
  return {
    private_metadata: view.private_metadata,
    state: { values: JSON.parse(JSON.stringify(initialValues(view.blocks))) },
  };
}

describe('a form as a window', () => {
  it('is called what a window has room for, under every model; else its first line says what it is', () => {
    for (const command of commands) {
      const asks = Object.values(command.args).some(({ hidden }) => !hidden);
      for (const model of Object.values(models)) {
        const called = inWords(command.summary, model);
        if (asks) expect(called.length, called).toBeLessThanOrEqual(MODAL_TITLE);
      }
    }
    const long = 'Tokens whose owner is deactivated';
    const { title, blocks } = renderForm(formOf([], { title: long }), TEAM);
    expect(title.text).toBe('Rollcall');
    expect(JSON.stringify(blocks[0])).toContain(long);
  });

  it('with every kind of field', () => {
    const fields: Field[] = [
      field(
        'user',
        { kind: 'search', source: 'person' },
        {
          value: 'ben@acme.example',
          valueLabels: { 'ben@acme.example': 'Ben Ito' },
          hint: 'A mention or an address',
        },
      ),
      field(
        'project',
        { kind: 'search', source: 'project-and-role', multiple: true },
        { value: 'alpha:owner,beta:reader' },
      ),
      field(
        'role',
        {
          kind: 'choice',
          options: [
            { value: 'admin', label: 'Admin', description: 'Everything' },
            { value: 'none', label: 'No role' },
          ],
        },
        { value: 'none', error: 'No such role.' },
      ),
      field(
        'reason',
        { kind: 'text', multiline: true, placeholder: 'Why', max: 500 },
        { required: false, value: 'INC-77' },
      ),
      field('channel', { kind: 'channel' }, { value: '<#C0GENERAL|general>' }),
    ];
    expect(
      renderForm(
        formOf(fields, {
          intro: 'In Acme.',
          error: 'Not saved.',
          action: { command: 'access grant', args: { org: 'acme', role: 'none' } },
        }),
        TEAM,
      ),
    ).toMatchSnapshot();
  });

  it('submitted untouched gives back what it was filled with', () => {
    const fields = [
      field('user', { kind: 'search', source: 'person' }, { value: 'ben@acme.example' }),
      field('project', { kind: 'search', source: 'project', multiple: true }, { value: 'alpha,beta' }),
      field('role', { kind: 'choice', options: [{ value: 'admin', label: 'Admin' }] }, { value: 'admin' }),
      field('reason', { kind: 'text' }, { value: 'a, "b" and\nc' }),
      field('channel', { kind: 'channel' }, { value: '#general' }),
      field('where', { kind: 'channel' }, { value: '<#C0GENERAL>' }),
    ];
    const form = formOf(fields, {
      action: { command: 'access grant', args: { org: 'acme', user: 'typed before' }, confirmed: true },
    });
    expect(actionOf(untouched(form))).toEqual({
      command: 'access grant',
      confirmed: true,
      args: {
        org: 'acme',
        user: 'ben@acme.example',
        project: 'alpha,beta',
        role: 'admin',
        reason: 'a, "b" and\nc',
        where: '<#C0GENERAL>',
      },
    });
  });

  it('whatever was typed into its text fields comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (text) => {
        const form = formOf([
          field('reason', { kind: 'text' }, { value: text }),
          field('user', { kind: 'search', source: 'person' }, { value: text }),
        ]);
        expect(actionOf(untouched(form))?.args).toEqual({ reason: text, user: text });
      }),
    );
  });

  it('a field that was emptied is empty, although it had been typed', () => {
    const form = formOf([field('reason', { kind: 'text' }, { required: false, value: '' })], {
      action: { command: 'x', args: { reason: 'typed', org: 'acme' } },
    });
    expect(actionOf(untouched(form))?.args).toEqual({ org: 'acme' });
  });

  it('drawn again with another value has other ids, so that Slack shows that value', () => {
    const draw = (value: string) =>
      JSON.stringify(renderForm(formOf([field('reason', { kind: 'text' }, { value })]), TEAM).blocks);
    const id = (text: string) => /"block_id":"([^"]+)"/.exec(text)?.[1];
    expect(id(draw('one'))).not.toBe(id(draw('two')));
    expect(id(draw('one'))).toBe(id(draw('one')));
  });

  it('a value too long for a select is typed instead of lost', () => {
    const value = `${'x'.repeat(80)}@example.com`;
    const form = formOf([field('user', { kind: 'search', source: 'person' }, { value })]);
    expect(renderForm(form, TEAM).blocks[0]).toMatchObject({
      element: { type: 'plain_text_input', initial_value: value },
    });
    expect(actionOf(untouched(form))?.args.user).toBe(value);
  });

  it('more than a hundred choices come in groups, none is lost', () => {
    const options = Array.from({ length: 250 }, (_, n) => ({ value: `${n}`, label: `Role ${n}` }));
    const [block] = renderForm(
      formOf([field('role', { kind: 'choice', options }, { value: '249' })]),
      TEAM,
    ).blocks;
    expect(block).toMatchObject({
      element: { option_groups: [{}, {}, { options: { length: 50 } }], initial_option: { value: '249' } },
    });
  });

  it('fields that do not fit are named, and keep their values', () => {
    const fields = Array.from({ length: 60 }, (_, n) =>
      field(`f${n}`, { kind: 'text' }, { value: `${n}`, error: 'x' }),
    );
    const form = formOf(fields, { action: { command: 'x', args: { f59: '59' } } });
    const view = renderForm(form, TEAM);
    expect(view.blocks.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(view.blocks.at(-1))).toContain('more fields do not fit');
    expect(actionOf(untouched(form))?.args.f59).toBe('59');
  });

  it('errors stand under their fields; one without a field under the first', () => {
    const { blocks } = renderForm(
      formOf([field('user', { kind: 'text' }), field('role', { kind: 'text' })]),
      TEAM,
    );
    const [user, role] = blocks.map(({ block_id }) => block_id ?? '');
    expect(errorsByBlock(blocks, { role: 'No such role.' })).toEqual({ [role ?? '']: 'No such role.' });
    expect(errorsByBlock(blocks, { user: 'Nobody.', org: 'No such organization.' })).toEqual({
      [user ?? '']: 'Nobody. No such organization.',
    });
    expect(errorsByBlock(blocks, {})).toBeUndefined();
    expect(errorsByBlock([], { role: 'x' })).toBeUndefined();
  });
});

describe('what a typeahead asks and shows', () => {
  it('knows its source and refuses one that nobody has', () => {
    expect(sourceOf('search:project-and-role')).toBe('project-and-role');
    for (const id of ['search:toString', 'search:', 'value', 'search:passwords'])
      expect(sourceOf(id)).toBeUndefined();
  });

  it('leaves out what Slack would refuse: doubles, empty and endless values', () => {
    const options = renderOptions(
      ['a', 'a', '', 'x'.repeat(76), 'b'].map((value) => ({ value, label: value })),
    );
    expect(options.map(({ value }) => value)).toEqual(['a', 'b']);
  });
});
