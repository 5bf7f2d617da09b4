import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

describe('a submitted form', () => {
  const opened = async () => {
    answerWith(form);
    await slack.workspace.type('ada', 'general', '/org invite send');
    return eventually(() => {
      const [view] = slack.workspace.modals('ada');
      if (!view) throw new Error('no window yet');
      return view;
    });
  };
  const role = { text: { type: 'plain_text', text: 'Admin' }, value: 'admin' };

  it('with a bad value keeps its window and says so under the field, without the database', async () => {
    const view = await opened();
    slack.told.check = ({ args }) =>
      args.email?.includes('@') ? { role: '`admin` is not a role here.' } : undefined;
    const before = slack.received.length;
    const { errors } = await slack.workspace.submit('ada', view.id, { [blockOf(view, 'role')]: role });
    expect(errors).toEqual({ [blockOf(view, 'role')]: '`admin` is not a role here.' });
    expect(slack.received).toHaveLength(before);
  });

  it('delivered twice is one act, and two clicks are two', async () => {
    const view = await opened();
    await slack.workspace.submit('ada', view.id, { [blockOf(view, 'role')]: role });
    await slack.workspace.redeliver();
    const [, first, again] = slack.received;
    expect(first?.key).toBe(again?.key);
    await slack.workspace.type('ada', 'general', '/org status');
    await slack.workspace.type('ada', 'general', '/org status');
    expect(new Set(slack.received.map(({ key }) => key)).size).toBe(4);
  });

  it('whose window was closed meanwhile does not leave its submitter without a word', async () => {
    const view = await opened();
    let release = () => {};
    slack.told.receive = async ({ reply }) => {
      await new Promise<void>((done) => {
        release = done;
      });
      await reply.answer(card('A secret'));
    };
    await slack.workspace.submit('ada', view.id, { [blockOf(view, 'role')]: role });
    await slack.workspace.close('ada', view.id);
    release();
    await eventually(async () => expect((await last('ada', 'app'))?.text).toContain('window was closed'));
    expect(textsOf(await slack.workspace.messages('ada', 'app'))).not.toContain('secret');
  });
});

describe('other ways in', () => {
  it('checklist 17: a mention in a thread is the same grammar and its answer stays in the thread', async () => {
    const { message } = await slack.workspace.type('ada', 'general', 'morning');
    const thread = { threadTs: message?.ts ?? '' };
    answerWith(form);
    await slack.workspace.type('ben', 'general', 'hey @rollcall org invite send dana@example.com', thread);
    await eventually(() =>
      expect(lastReceived()?.input).toMatchObject({
        root: 'org',
        text: expect.stringMatching(/^invite send </),
      }),
    );
    expect(lastReceived()?.reply.opensForms).toBe(false);
    await eventually(async () => {
      const answer = await last('ben', 'general', thread);
      expect(textsOf(answer?.blocks)).toContain('Open the form');
      expect(answer?.onlyFor).toBe(slack.workspace.person('ben').id);
    });
    await slack.workspace.type('ben', 'general', '@rollcall');
    await eventually(() =>
      expect(lastReceived()?.input).toEqual({ kind: 'typed', root: 'access', text: 'help' }),
    );
  });

  it('opening Home draws it for that person', async () => {
    answerWith(card('Your access'));
    await slack.workspace.openHome('ben');
    await eventually(() =>
      expect(textsOf(slack.workspace.home('ben')?.body.blocks)).toContain('Your access'),
    );
    expect(lastReceived()?.input).toEqual({ kind: 'typed', root: 'access', text: 'home' });
    await slack.workspace.openHome('ben', 'messages');
    expect(slack.received).toHaveLength(1);
  });

  it('shortcuts open a window at once and type for you; a message becomes the reason', async () => {
    answerWith(form);
    await slack.workspace.shortcut('ada', 'request_access');
    await eventually(() =>
      expect(slack.workspace.modals('ada')[0]?.body.submit).toMatchObject({ text: 'Send' }),
    );
    expect(lastReceived()?.input).toEqual({ kind: 'typed', root: 'access', text: 'request new' });
    const { message } = await slack.workspace.type('ben', 'general', 'need <b> & prod for INC-77');
    await slack.workspace.shortcut('ada', 'request_access_message', {
      channel: message?.channel ?? '',
      message: message?.ts ?? '',
    });
    await eventually(() =>
      expect(lastReceived()?.input).toEqual({
        kind: 'action',
        action: { command: 'access request new', args: { reason: 'need <b> & prod for INC-77' } },
      }),
    );
  });

  it('a Home button answers in a window', async () => {
    answerWith(card('Your access', { blocks: [{ kind: 'buttons', buttons: [button('Show')] }] }));
    await slack.workspace.openHome('ben');
    const home = await eventually(() => {
      const found = slack.workspace.home('ben');
      expect(textsOf(found?.body.blocks)).toContain('Show');
      return found;
    });
    answerWith(card('Details'));
    await slack.workspace.click('ben', { view: home?.id ?? '' }, control(home?.body.blocks, 'Show'));
    await eventually(() =>
      expect(slack.workspace.modals('ben')[0]?.body.title).toMatchObject({ text: 'Details' }),
    );
  });
});
