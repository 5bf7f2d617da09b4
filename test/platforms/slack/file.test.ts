import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CardFile } from '../../../src/views/card.ts';
import { card, manifestWithout, type Started, startSlack } from './start-slack.ts';
import { beginAnew, textsOf } from './talk.ts';

let slack: Started;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());
beforeEach(() => beginAnew(slack));

const fileOf = (content: CardFile['content']): CardFile => ({
  name: 'acme-members.csv',
  mime: 'text/csv',
  alt: 'Every member <!channel>',
  content,
});

async function* chunks(): AsyncGenerator<string> {
  yield 'name\r\n';
  yield 'Zoë\r\n';
}

const answerWith = (file: CardFile, on = slack) => {
  on.told.receive = ({ reply }) => reply.answer(card('Export of members', { file }));
};

const answered = (who: string, words: string, on = slack) =>
  vi.waitFor(
    async () => {
      const last = (await on.workspace.messages(who, 'general')).at(-1);
      expect(textsOf(last?.blocks ?? [])).toContain(words);
      return last;
    },
    { timeout: 8_000 },
  );

const filesOf = (on = slack) => on.workspace.site.messages.flatMap(({ files = [] }) => files);

describe('a file', () => {
  it('goes to its caller directly, whole, and the answer says where it is', async () => {
    answerWith(fileOf(chunks));
    await slack.workspace.type('ada', 'general', '/org export members');
    const answer = await answered('ada', 'in your direct messages');
    expect(answer?.onlyFor).toBe(slack.workspace.person('ada').id);
    expect(answer?.text).toContain('The file is in your direct messages with me.');
    const [posted, another] = filesOf();
    expect(another).toBeUndefined();
    const read = await slack.workspace.file('ada', posted?.id ?? '');
    expect(read?.name).toBe('acme-members.csv');
    expect(Buffer.from(read?.bytes ?? new ArrayBuffer()).toString()).toBe('name\r\nZoë\r\n');
    expect(await slack.workspace.file('ben', posted?.id ?? '')).toBeUndefined();
    const [said] = slack.workspace.site.messages.filter(({ files }) => files);
    expect(slack.workspace.site.channels.get(said?.channel ?? '')?.kind).toBe('direct');
    expect(said?.text).toBe('Every member &lt;!channel&gt;');
  });

  it('comes where a window was answered too', async () => {
    answerWith(fileOf(chunks));
    await slack.workspace.shortcut('ada', 'manage_access');
    await vi.waitFor(() =>
      expect(textsOf(slack.workspace.modals('ada').at(-1)?.body)).toContain('in your direct messages'),
    );
    expect(filesOf()).toHaveLength(1);
  });

  it('is begun anew when Slack has a problem, and comes once', async () => {
    let begun = 0;
    answerWith(
      fileOf(() => {
        begun += 1;
        return chunks();
      }),
    );
    slack.workspace.failNext('files.completeUploadExternal', { status: 200, error: 'internal_error' });
    slack.workspace.failNext('chat.postEphemeral', { status: 200, error: 'internal_error' });
    await slack.workspace.type('ada', 'general', '/org export members');
    await answered('ada', 'in your direct messages');
    expect(begun).toBe(2);
    expect(filesOf()).toHaveLength(1);
  });

  it('that cannot be read is told as broken, not as sent', async () => {
    answerWith(
      fileOf(async function* () {
        yield 'name\r\n';
        throw new Error('the database is gone');
      }),
    );
    await slack.workspace.type('ada', 'general', '/org export members');
    await answered('ada', 'could not be shown');
    expect(filesOf()).toEqual([]);
    expect(slack.log.join()).toContain('the database is gone');
  });
});

describe('without the optional scope files:write', () => {
  let poor: Started;
  beforeAll(async () => {
    poor = await startSlack(manifestWithout('files:write'));
  });
  afterAll(() => poor.stop());

  it('the answer says what is missing and what to do', async () => {
    answerWith(fileOf(chunks), poor);
    await poor.workspace.type('ada', 'general', '/org export members');
    const answer = await answered('ada', 'The file was not sent', poor);
    expect(textsOf(answer?.blocks)).toContain('files:write');
    expect(textsOf(answer?.blocks)).toContain('manifest.yml');
    expect(filesOf(poor)).toEqual([]);
  });
});
