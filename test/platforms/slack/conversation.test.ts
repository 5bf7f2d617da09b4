import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Interaction } from '../../../src/commands/interaction.ts';
import { eventually } from '../../support/eventually.ts';
import { card, type Started, startSlack } from './start-slack.ts';
import { beginAnew, blockOf, button, control, form, textsOf } from './talk.ts';

let slack: Started;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());
beforeEach(() => beginAnew(slack));

const answerWith = (answer: Parameters<Interaction['reply']['answer']>[0]) => {
  slack.told.receive = ({ reply }) => reply.answer(answer);
};
const last = async (who: string, where: string, options = {}) =>
  (await slack.workspace.messages(who, where, options)).at(-1);
const lastReceived = () => slack.received.at(-1);

describe('a typed command', () => {
  it('arrives with the account of the signed payload, its text as Slack escapes it', async () => {
    await slack.workspace.type('ada', 'general', '/org member role user:@ben role:admin & more');
    const ben = slack.workspace.person('ben').id;
    expect(lastReceived()).toMatchObject({
      account: {
        platform: 'slack',
        workspaceId: slack.workspace.teamId,
        externalId: slack.workspace.person('ada').id,
      },
      name: 'ada',
      workspaceName: 'Acme',
      input: { kind: 'typed', root: 'org', text: `member role user:<@${ben}|ben> role:admin &amp; more` },
    });
    await slack.workspace.type('ada', 'general', '/access');
    expect(lastReceived()?.input).toEqual({ kind: 'typed', root: 'access', text: '' });
  });

  it('is answered to its caller alone', async () => {
    answerWith(card('Invitation sent', { blocks: [{ kind: 'text', text: 'To dana@example.com' }] }));
    await slack.workspace.type('ada', 'general', '/org invite send');
    await eventually(async () =>
      expect((await last('ada', 'general'))?.text).toBe('Invitation sent in one sentence.'),
    );
    expect((await last('ada', 'general'))?.onlyFor).toBe(slack.workspace.person('ada').id);
    expect(await slack.workspace.messages('ben', 'general')).toEqual([]);
  });

  it('checklist 1: is acknowledged at once, however long the answer takes', async () => {
    let release = () => {};
    slack.told.receive = () =>
      new Promise((done) => {
        release = done;
      });
    const { delivery } = await slack.workspace.type('ada', 'general', '/org status');
    expect(delivery?.status).toBe(200);
    release();
  });

  it('says that it works on it where the answer takes longer than two seconds', async () => {
    let release = () => {};
    slack.told.receive = async ({ reply }) => {
      await new Promise<void>((done) => {
        release = done;
      });
      await reply.answer(card('Report'));
    };
    await slack.workspace.type('ada', 'general', '/org drift show');
    await vi.waitFor(async () => expect((await last('ada', 'general'))?.text).toContain('Working'), 5_000);
    release();
    await eventually(async () => expect((await last('ada', 'general'))?.text).toContain('Report'));
  });

  it('opens a form that holds what was typed, and the answer comes into the same window', async () => {
    answerWith(form);
    await slack.workspace.type('ada', 'general', '/org invite send dana@example.com');
    const view = await eventually(() => {
      const [open] = slack.workspace.modals('ada');
      expect(open?.body.title).toMatchObject({ text: 'Invite somebody' });
      return open;
    });
    slack.told.suggest = async () => [{ value: 'admin', label: 'Admin', description: 'Everything' }];
    const role = blockOf(view, 'role');
    const where = { view: view?.id ?? '' };
    const { groups } = await slack.workspace.suggest('ada', where, role, 'search:role', 'ad');
    expect(groups[0]?.options[0]).toMatchObject({ value: 'admin', text: { text: 'Admin' } });
    expect(slack.lookups[0]).toMatchObject({
      source: 'role',
      typed: 'ad',
      action: { command: 'invite send' },
    });

    answerWith(card('Invitation sent'));
    const submitted = await slack.workspace.submit('ada', view?.id ?? '', {
      [role]: groups[0]?.options[0] ?? null,
      [blockOf(view, 'reason')]: 'she, of all people, "asked"',
    });
    expect(submitted.errors).toBeUndefined();
    expect(submitted.failed).toBeUndefined();
    expect(lastReceived()?.input).toEqual({
      kind: 'action',
      submitted: true,
      action: {
        command: 'invite send',
        args: { email: 'dana@example.com', role: 'admin', reason: 'she, of all people, "asked"' },
      },
    });
    await eventually(() =>
      expect(slack.workspace.modals('ada')[0]?.body.title).toMatchObject({ text: 'Invitation sent' }),
    );
  });

  it('whose form comes after the trigger has died is answered with a button that opens it', async () => {
    slack.workspace.failNext('views.open', { status: 200, error: 'expired_trigger_id' });
    answerWith(form);
    await slack.workspace.type('ada', 'general', '/org invite send');
    const message = await eventually(async () => {
      const found = await last('ada', 'general');
      expect(textsOf(found?.blocks)).toContain('Open the form');
      return found;
    });
    const where = { channel: message?.channel ?? '', message: message?.ts ?? '' };
    await slack.workspace.click('ada', where, control(message?.blocks, 'Open the form'));
    expect(lastReceived()?.input).toEqual({ kind: 'action', action: form.action });
    await eventually(() => expect(slack.workspace.modals('ada')).toHaveLength(1));
  });

  it('whose form is longer than Slack carries says so', async () => {
    answerWith({ ...form, action: { command: 'org invite send', args: { note: 'x'.repeat(3_000) } } });
    await slack.workspace.type('ada', 'general', '/org invite send');
    await eventually(async () =>
      expect((await last('ada', 'general'))?.text).toContain('longer than Slack can carry'),
    );
  });

  it('checklist 6: tells somebody who waits that Slack asks to slow down, and answers then', async () => {
    answerWith(form);
    await slack.workspace.type('ada', 'general', '/org invite send');
    const view = await eventually(() => {
      expect(slack.workspace.modals('ada')).toHaveLength(1);
      return slack.workspace.modals('ada')[0];
    });
    slack.workspace.failNext('views.update', { status: 429, retryAfter: 1 });
    await lastReceived()?.reply.answer(card('At last'));
    expect((await last('ada', 'general'))?.text).toContain('slow down');
    expect(slack.workspace.modals('ada')[0]?.id).toBe(view?.id);
    expect(slack.workspace.modals('ada')[0]?.body.title).toMatchObject({ text: 'At last' });
  });
});

describe('a button', () => {
  it('in an answer replaces that answer and carries its whole action', async () => {
    answerWith(
      card('Members', { blocks: [{ kind: 'rows', rows: [{ text: 'Ben', buttons: [button('Show')] }] }] }),
    );
    await slack.workspace.type('ada', 'general', '/org member list');
    const list = await eventually(async () => {
      const found = await last('ada', 'general');
      expect(found?.text).toContain('Members');
      return found;
    });
    answerWith(card('Ben Ito'));
    await slack.workspace.click(
      'ada',
      { channel: list?.channel ?? '', message: list?.ts ?? '' },
      control(list?.blocks, 'Show'),
    );
    expect(lastReceived()?.input).toEqual({ kind: 'action', action: button('Show').action });
    await eventually(async () => expect((await last('ada', 'general'))?.text).toContain('Ben Ito'));
    expect(await slack.workspace.messages('ada', 'general')).toHaveLength(1);
  });

  it('on a card in a channel answers its presser alone and leaves the card to the jobs', async () => {
    const channel = (await slack.workspace.place('ada', 'general')).id;
    const approve = button('Approve', {
      confirm: { title: 'Approve?', text: 'Gives admin.', yes: 'Approve' },
    });
    const asked = card('Approval needed', { blocks: [{ kind: 'buttons', buttons: [approve] }] });
    const sent = await slack.slack.send(
      { kind: 'channel', workspaceId: slack.workspace.teamId, id: channel },
      asked,
    );
    answerWith(card('Approved'));
    await slack.workspace.click(
      'ben',
      { channel, message: sent.id },
      control((await last('ben', 'general'))?.blocks, 'Approve'),
    );
    await eventually(async () => expect((await last('ben', 'general'))?.text).toContain('Approved'));
    expect((await slack.workspace.messages('ada', 'general')).map(({ text }) => text)).toEqual([asked.text]);
  });

  it('that cannot be read is answered like a word that nobody knows', async () => {
    const channel = (await slack.workspace.place('ada', 'general')).id;
    const sent = await slack.slack.send(
      { kind: 'channel', workspaceId: slack.workspace.teamId, id: channel },
      card('Old', { blocks: [{ kind: 'buttons', buttons: [button('Press')] }] }),
    );
    const message = slack.workspace.site.messages.find(({ ts }) => ts === sent.id);
    const [element] = (message?.blocks[1] as { elements: { value: string }[] } | undefined)?.elements ?? [];
    if (element) element.value = 'REQ-142';
    await slack.workspace.click('ben', { channel, message: sent.id }, control(message?.blocks, 'Press'));
    expect(lastReceived()?.input).toEqual({
      kind: 'action',
      action: { command: 'unreadable button', args: {} },
    });
  });

  it('that is a link is acknowledged and nothing else', async () => {
    answerWith(
      card('Read', { blocks: [{ kind: 'links', links: [{ label: 'Docs', url: 'https://example.com/' }] }] }),
    );
    await slack.workspace.type('ada', 'general', '/access help');
    const message = await eventually(async () => {
      const found = await last('ada', 'general');
      expect(found?.text).toContain('Read');
      return found;
    });
    const place = { channel: message?.channel ?? '', message: message?.ts ?? '' };
    const delivery = await slack.workspace.click('ada', place, control(message?.blocks, 'Docs'));
    expect(delivery.status).toBe(200);
    expect(slack.received).toHaveLength(1);
  });

  it('a select carries the chosen action', async () => {
    const option = (name: string) => ({ label: name, action: { command: 'org use', args: { slug: name } } });
    answerWith(
      card('Which?', {
        blocks: [{ kind: 'choose', label: 'Organization', options: ['acme', 'beta'].map(option) }],
      }),
    );
    await slack.workspace.type('ada', 'general', '/org list');
    const message = await eventually(async () => {
      const found = await last('ada', 'general');
      expect(found?.text).toContain('Which?');
      return found;
    });
    const place = { channel: message?.channel ?? '', message: message?.ts ?? '' };
    await slack.workspace.click('ada', place, {
      ...control(message?.blocks, 'static_select'),
      value: '{"slug":"beta"}',
    });
    expect(lastReceived()?.input).toEqual({ kind: 'action', action: option('beta').action });
  });

  it('in a window puts its answer into that window, forms included', async () => {
    slack.told.receive = ({ reply }) =>
      reply.answer(card('Home', { blocks: [{ kind: 'buttons', buttons: [button('Edit')] }] }));
    await slack.workspace.shortcut('ada', 'manage_access');
    const view = await eventually(() => {
      const [open] = slack.workspace.modals('ada');
      expect(textsOf(open?.body.blocks)).toContain('Edit');
      return open;
    });
    answerWith(form);
    await slack.workspace.click('ada', { view: view?.id ?? '' }, control(view?.body.blocks, 'Edit'));
    await eventually(() =>
      expect(slack.workspace.modals('ada')[0]?.body.submit).toMatchObject({ text: 'Send' }),
    );
    expect(slack.workspace.modals('ada')).toHaveLength(1);
  });
});
