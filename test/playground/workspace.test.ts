import type { SlashCommand } from '@slack/bolt';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { button, plain, section, startTinyApp } from './tiny-app.ts';

type Tiny = Awaited<ReturnType<typeof startTinyApp>>;
let tiny: Tiny;
let onCommand: (command: SlashCommand) => Promise<string | undefined>;
let onMention: (text: string) => Promise<void>;

beforeAll(async () => {
  tiny = await startTinyApp();
  const { app } = tiny;
  app.command(/.*/, async ({ command, ack, respond, client }) => {
    if (command.text === 'slowly') return;
    if (command.text === 'form') {
      await ack();
      await client.views.open({
        trigger_id: command.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'ask',
          title: plain('Ask'),
          submit: plain('Send'),
          private_metadata: 'REQ-1',
          blocks: [
            {
              type: 'input',
              block_id: 'why',
              label: plain('Why'),
              element: { type: 'plain_text_input', action_id: 'text' },
            },
            {
              type: 'input',
              block_id: 'role',
              label: plain('Role'),
              element: { type: 'external_select', action_id: 'pick', min_query_length: 0 },
            },
            {
              type: 'input',
              block_id: 'mail',
              optional: true,
              label: plain('Mail'),
              element: { type: 'email_text_input', action_id: 'mail' },
            },
          ],
        },
      });
      return;
    }
    const answer = await onCommand(command);
    await ack(answer);
    if (command.text.startsWith('many'))
      for (let use = 0; use < 6; use += 1) await respond(`use ${use}`).catch(() => {});
  });
  app.event('app_mention', async ({ event }) => onMention(event.text));
  app.options('pick', async ({ ack, payload }) => {
    await ack({
      options: ['viewer', 'editor']
        .filter((name) => name.includes(payload.value))
        .map((name) => ({ text: plain(name), value: name })),
    });
  });
  app.action('approve', async ({ ack, body, respond }) => {
    await ack();
    await respond({
      replace_original: true,
      text: `approved by ${body.user.id}`,
      blocks: [section('Approved')],
    });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [section(`Home of <@${event.user}>`)] },
    });
  });
});
afterAll(() => tiny.stop());
beforeEach(async () => {
  await tiny.workspace.reset();
  onCommand = async () => undefined;
  onMention = async () => {};
});

const texts = async (who: string, where: string) =>
  (await tiny.workspace.messages(who, where)).map(({ text }) => text);

describe('commands', () => {
  it('reach the app signed and escaped, and only the person who typed sees the answer', async () => {
    onCommand = async ({ text, user_id, channel_name }) => `${user_id} in ${channel_name}: ${text}`;
    const typed = await tiny.workspace.type(
      'ada',
      '#general',
      '/org invite send email:dana@acme.example @ben in #quiet <now>',
    );
    expect(typed.delivery).toMatchObject({ status: 200, kind: 'command' });
    const [ada, ben] = tiny.workspace.people();
    const [, quiet] = tiny.workspace.channels();
    expect(await texts('ada', '#general')).toEqual([
      `${ada?.id} in general: invite send email:<mailto:dana@acme.example|dana@acme.example> <@${ben?.id}|ben> in <#${quiet?.id}|quiet> &lt;now&gt;`,
    ]);
    expect(await texts('ben', '#general')).toEqual([]);
  });

  it('that nobody acknowledges within three seconds fail as in Slack', async () => {
    const { delivery } = await tiny.workspace.type('ada', 'app', '/access slowly');
    expect(delivery?.error).toBe('operation_timeout');
    expect(await texts('ada', 'app')).toEqual(['/access failed with the error "operation_timeout"']);
  });

  it('are refused in threads and where the manifest does not know them', async () => {
    const { message } = await tiny.workspace.type('ada', '#general', 'hello');
    await tiny.workspace.type('ada', '#general', '/org show', { threadTs: message?.ts ?? '' });
    await tiny.workspace.type('ada', '#general', '/deploy');
    expect(tiny.workspace.deliveries()).toEqual([]);
    expect(await tiny.workspace.messages('ada', '#general', { threadTs: message?.ts ?? '' })).toHaveLength(1);
    expect(await texts('ada', '#general')).toEqual([
      'hello',
      '/org is not supported in threads. Sorry!',
      '/deploy is not a valid command.',
    ]);
  });

  it('may be answered five times through their response_url and no more', async () => {
    await tiny.workspace.type('ada', '#general', '/org many');
    await eventually(async () =>
      expect(await texts('ada', '#general')).toEqual(['use 0', 'use 1', 'use 2', 'use 3', 'use 4']),
    );
  });
});

describe('mentions', () => {
  it('in a channel with the app become an event, elsewhere the client says what to do', async () => {
    const heard = vi.fn(async () => {});
    onMention = heard;
    await tiny.workspace.type('ben', '#general', '@rollcall help');
    await tiny.workspace.type('ben', '#quiet', '@rollcall help');
    expect(heard).toHaveBeenCalledTimes(1);
    expect(heard).toHaveBeenCalledWith(expect.stringMatching(/^<@U0\w+> help$/));
    expect((await texts('ben', '#quiet')).at(-1)).toContain('/invite @rollcall');
  });
});

describe('modals', () => {
  it('open by a trigger, suggest, complain about empty fields and hand over what was filled in', async () => {
    const submitted = vi.fn();
    tiny.app.view('ask', async ({ ack, view }) => {
      submitted(view.state.values, view.private_metadata);
      if (view.state.values.why?.text?.value === 'no')
        return ack({ response_action: 'errors', errors: { why: 'Say more.' } });
      return ack({
        response_action: 'update',
        view: { type: 'modal', title: plain('Done'), blocks: [section('Sent')] },
      });
    });
    await tiny.workspace.type('ada', '#general', '/access form');
    const view = await eventually(() => {
      const found = tiny.workspace.modals('ada').at(-1);
      if (!found) throw new Error('no modal yet');
      return found;
    });
    expect(tiny.workspace.modals('ben')).toEqual([]);
    const suggested = await tiny.workspace.suggest('ada', { view: view.id }, 'role', 'pick', 'edit');
    const editor = suggested.groups[0]?.options[0] ?? null;
    expect(editor).toMatchObject({ value: 'editor' });

    expect(await tiny.workspace.submit('ada', view.id, { mail: 'not a mail' })).toEqual({
      errors: {
        why: 'Please complete this required field.',
        role: 'Please complete this required field.',
        mail: 'Please enter a valid email address.',
      },
    });
    expect(submitted).not.toHaveBeenCalled();
    expect(
      await tiny.workspace.submit('ada', view.id, { why: 'no', role: editor, mail: null }),
    ).toMatchObject({ errors: { why: 'Say more.' } });
    await tiny.workspace.submit('ada', view.id, { why: 'incident' });
    expect(submitted).toHaveBeenLastCalledWith(
      expect.objectContaining({
        why: { text: { type: 'plain_text_input', value: 'incident' } },
        role: { pick: expect.objectContaining({ selected_option: editor }) },
      }),
      'REQ-1',
    );
    expect(tiny.workspace.modals('ada')).toHaveLength(1);
    expect(tiny.workspace.modals('ada')[0]?.body.title).toMatchObject({ text: 'Done' });
    await tiny.workspace.close('ada', view.id);
    await expect(
      tiny.client.views.update({
        view_id: view.id,
        view: { type: 'modal', title: plain('Late'), blocks: [] },
      }),
    ).rejects.toThrow('not_found');
  });

  it('cannot be opened twice by one trigger, nor by an invented one', async () => {
    let trigger = '';
    onCommand = async ({ trigger_id }) => {
      trigger = trigger_id;
      return undefined;
    };
    await tiny.workspace.type('ada', '#general', '/org');
    const view = { type: 'modal' as const, title: plain('One'), blocks: [section('x')] };
    await tiny.client.views.open({ trigger_id: trigger, view });
    await expect(tiny.client.views.open({ trigger_id: trigger, view })).rejects.toThrow(
      'exchanged_trigger_id',
    );
    await expect(tiny.client.views.open({ trigger_id: '1.2.3', view })).rejects.toThrow('invalid_trigger_id');
  });
});

describe('buttons', () => {
  it('carry all that an app needs, and the message changes for everybody', async () => {
    const posted = await tiny.client.chat.postMessage({
      channel: tiny.workspace.channels()[0]?.id ?? '',
      text: 'Approve?',
      blocks: [{ type: 'actions', block_id: 'req:1', elements: [button('approve', 'Approve', 'REQ-1')] }],
    });
    const where = { channel: posted.channel ?? '', message: posted.ts ?? '' };
    const delivery = await tiny.workspace.click('ben', where, { blockId: 'req:1', actionId: 'approve' });
    expect(delivery.status).toBe(200);
    const body = JSON.parse(new URLSearchParams(delivery.body).get('payload') ?? '{}');
    expect(body).toMatchObject({
      type: 'block_actions',
      user: { id: tiny.workspace.person('ben').id, team_id: 'T000000001' },
      container: { type: 'message', message_ts: posted.ts, is_ephemeral: false },
      actions: [{ action_id: 'approve', block_id: 'req:1', type: 'button', value: 'REQ-1' }],
      message: { ts: posted.ts, text: 'Approve?' },
    });
    await eventually(async () =>
      expect(await texts('ada', '#general')).toEqual([`approved by ${tiny.workspace.person('ben').id}`]),
    );
    await expect(
      tiny.workspace.click('ben', where, { blockId: 'req:1', actionId: 'approve' }),
    ).rejects.toThrow('any more');
  });

  it('of a redelivered request arrive unchanged, marked as a retry', async () => {
    const { ts = '' } = await tiny.client.chat.postMessage({
      channel: 'general',
      text: 'Approve?',
      blocks: [{ type: 'actions', block_id: 'a', elements: [button('approve', 'Approve')] }],
    });
    const channel = tiny.workspace.channels()[0]?.id ?? '';
    const first = await tiny.workspace.click(
      'ben',
      { channel, message: ts },
      { blockId: 'a', actionId: 'approve' },
    );
    const second = await tiny.workspace.redeliver();
    expect(second).toMatchObject({ body: first.body, retry: 1, status: 200 });
  });
});

describe('people', () => {
  it('see their Home, keep their flags, and are told of when they leave', async () => {
    await tiny.workspace.openHome('ben');
    await eventually(() =>
      expect(JSON.stringify(tiny.workspace.home('ben')?.body)).toContain(tiny.workspace.person('ben').id),
    );
    const guest = await tiny.client.users.info({ user: tiny.workspace.person('gil').id });
    expect(guest.user).toMatchObject({
      is_ultra_restricted: true,
      profile: { email: 'gil@partner.example' },
    });
    const stranger = await tiny.client.users.info({ user: tiny.workspace.person('zoe').id });
    expect(stranger.user?.team_id).toBe('T0OTHER000');
    const delivery = await tiny.workspace.deactivate('ben');
    expect(JSON.parse(delivery?.body ?? '{}').event).toMatchObject({
      type: 'user_change',
      user: { deleted: true },
    });
    await expect(tiny.workspace.type('ben', '#general', 'hi')).rejects.toThrow('deactivated');
  });
});
