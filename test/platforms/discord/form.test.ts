import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Interaction } from '../../../src/commands/interaction.ts';
import { renderForm } from '../../../src/platforms/discord/form.ts';
import type { Field, Form } from '../../../src/views/form.ts';
import { checkModal } from '../../support/discord/check-modal.ts';
import { wordsOf } from '../../support/discord/mentions.ts';
import { shapeOf } from '../../support/discord/shape.ts';
import type { Message } from '../../support/discord/site.ts';
import { card } from '../recording.ts';
import { type Started, startDiscord } from './start-discord.ts';

const field = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  label: name,
  required: false,
  input: { kind: 'text' },
  ...more,
});
const formOf = (fields: Field[], more: Partial<Form> = {}): Form => ({
  kind: 'form',
  title: 'Ask for access',
  submit: 'Send',
  action: { command: 'access request new', args: { org: 'acme', reason: 'before' } },
  fields,
  ...more,
});
const many = (count: number) => Array.from({ length: count }, (_, n) => field(`f${n}`));

let chat: Started;
const opening = (form: Form, settled?: Form) => {
  chat.told.wantsForm = () => true;
  chat.told.receive = async ({ reply, input }) => {
    if (input.kind === 'action' && input.submitted) return reply.answer(card('Sent'));
    await reply.answer(form);
    if (settled) await reply.answer(settled);
  };
};
const submitted = () =>
  chat.fake.until(() =>
    chat.received.find(({ input }: Interaction) => input.kind === 'action' && input.submitted),
  );
const inFront = () => chat.fake.until(() => chat.fake.site.modals.get(chat.idOf('ada')));
const original = (sent: { original?: Message }) =>
  chat.fake.until(() => (sent.original && !sent.original.waiting ? sent.original : undefined));
const press = async (message: Message, label: string) => {
  const control = chat.screen.controls(message).find((one) => one.label === label);
  if (!control) throw new Error(`no ${label} in ${chat.screen.controls(message).map((one) => one.label)}`);
  return chat.acts.use('ada', message, control.element);
};

beforeAll(async () => {
  chat = await startDiscord();
  return () => chat.stop();
});
beforeEach(() => {
  chat.received.length = 0;
  chat.told.check = () => undefined;
  chat.told.suggest = async () => [];
});
afterAll(() => expect(chat.fake.refused).toEqual([]));

describe('a form of up to five fields is a window', () => {
  it('opens as the first answer, and submitting it types the command with what was filled in', async () => {
    opening(formOf([field('reason', { value: 'because' }), field('for')]));
    const sent = await chat.types('ada', 'access request new');
    expect(sent.answered?.type).toBe(9);
    await chat.acts.submit('ada', { for: '8h' });
    expect((await submitted()).input).toEqual({
      kind: 'action',
      submitted: true,
      action: { command: 'access request new', args: { org: 'acme', reason: 'because', for: '8h' } },
    });
  });

  it('opens in the organization’s own words where these come in time', async () => {
    opening(formOf([field('project')]), formOf([field('project', { label: 'Namespace' })]));
    await chat.types('ada', 'access request new');
    expect(JSON.stringify((await inFront()).components)).toContain('Namespace');
    await chat.acts.submit('ada', {});
    await submitted();
  });

  it('offers what there is to choose where all of it fits, else takes what is typed', async () => {
    const role = field('role', { input: { kind: 'search', source: 'role' } });
    const offers = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ value: `r${n}`, label: `R${n}` }));
    for (const [count, type] of [
      [24, 3],
      [25, 4],
    ] as const) {
      chat.told.suggest = async () => offers(count);
      opening(formOf([role]));
      await chat.types('ada', 'access request new');
      expect((await inFront()).components.at(-1)).toMatchObject({ component: { type } });
      await chat.acts.submit('ada', { role: type === 3 ? ['r1'] : 'r1' });
      expect((await submitted()).input).toMatchObject({ action: { args: { role: 'r1' } } });
      chat.received.length = 0;
    }
  });

  it('beside a slow database opens all the same, within the three seconds', async () => {
    chat.told.suggest = () => new Promise(() => {});
    opening(formOf([field('role', { input: { kind: 'search', source: 'role' } })]));
    const sent = await chat.types('ada', 'access request new');
    expect(sent.answered?.after).toBeLessThan(2_500);
    await chat.acts.submit('ada', {});
    await submitted();
  });

  it('what is wrong stands in the answer, with a way back to what was typed', async () => {
    opening(formOf([field('for', { required: true }), field('secret')]));
    chat.told.check = () => ({ for: '`30x` is not a duration.' });
    await chat.types('ada', 'access request new');
    const answer = await original(await chat.acts.submit('ada', { for: '30x', secret: 'hunter2' }));
    expect(wordsOf(answer)).toContain('is not a duration');
    expect(wordsOf(answer)).not.toContain('hunter2');
    expect(chat.received).toHaveLength(1);
    chat.told.check = () => undefined;
    await press(answer, 'Fill in');
    const window = JSON.stringify((await inFront()).components);
    expect(window).toMatch(/is not a duration[\s\S]*30x[\s\S]*hunter2/);
    await chat.acts.submit('ada', { for: '30d' });
    expect((await submitted()).input).toMatchObject({ action: { args: { for: '30d' } } });
    await expect.poll(() => wordsOf(answer)).toContain('Sent');
  });
});

describe('a longer form', () => {
  it('is filled in window by window and sent once, with every field', async () => {
    opening(formOf([field('f', { required: true }), ...many(11)]));
    await chat.types('ada', 'access request new');
    expect((await inFront()).title).toContain('(1/3)');
    const message = await original(await chat.acts.submit('ada', { f: 'one', f0: 'two' }));
    await press(message, 'Fill in 3/3');
    await chat.acts.submit('ada', { f10: 'last' });
    await expect.poll(() => wordsOf(message)).toContain('last');
    expect(chat.received).toHaveLength(1);
    await press(message, 'Send');
    expect((await submitted()).input).toMatchObject({
      action: { args: { org: 'acme', reason: 'before', f: 'one', f0: 'two', f10: 'last' } },
    });
  });

  it('whose fields fill one argument together: each is there, the untouched ones as they were', async () => {
    const items = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'].map((item) =>
      field('roles', { item, label: item, value: item === 'alpha' ? 'owner' : '' }),
    );
    opening(formOf(items));
    await chat.types('ada', 'access request new');
    const [label] = (await inFront()).components;
    const id = String(shapeOf(shapeOf(label).component).custom_id);
    const message = await original(await chat.acts.submit('ada', { [id]: 'developer' }));
    await press(message, 'Send');
    expect((await submitted()).input).toMatchObject({
      action: { args: { roles: 'alpha:developer,beta:none,gamma:none,delta:none,epsilon:none,zeta:none' } },
    });
  });

  it('with buttons of its own stands in a message; each brings along what has been filled in', async () => {
    const buttons = [{ label: 'Add all', action: { command: 'org access edit', args: { add: 'all' } } }];
    opening(
      formOf([field('note'), field('box', { input: { kind: 'check', value: 'owner', label: 'Owner' } })], {
        buttons,
      }),
    );
    chat.told.wantsForm = () => false;
    const message = await original(await chat.types('ada', 'org access edit'));
    await press(message, 'Fill in');
    await chat.acts.submit('ada', { note: 'hello', box: 'true' });
    await expect.poll(() => wordsOf(message)).toContain('hello');
    await press(message, 'Add all');
    await expect
      .poll(() => chat.received.at(-1)?.input)
      .toMatchObject({
        action: { command: 'org access edit', args: { add: 'all', note: 'hello', box: 'owner' } },
      });
  });
});

describe('Discord takes every window', () => {
  it.each([1, 4, 5, 6, 26])('of a form with %i fields of the longest words', (count) => {
    const long = 'x'.repeat(300);
    const fields = many(count).map((one) => ({
      ...one,
      label: long,
      hint: long,
      required: true,
      value: long,
    }));
    const form = formOf(fields, { title: long, intro: long });
    for (let page = 0; page * 5 < count; page++) {
      expect(() => checkModal(shapeOf(renderForm(form, page, 'form:x.0', new Map())))).not.toThrow();
    }
  });

  it.each([25, 26])('with a choice of %i', (count) => {
    const options = Array.from({ length: count }, (_, n) => ({ value: `v${n}`, label: `V${n}` }));
    const modal = renderForm(
      formOf([field('key', { input: { kind: 'choice', options } })]),
      0,
      'form:x.0',
      new Map(),
    );
    expect(() => checkModal(shapeOf(modal))).not.toThrow();
    expect(modal.components.at(-1)).toMatchObject({ component: { type: count === 25 ? 3 : 4 } });
  });
});
