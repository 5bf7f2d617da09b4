import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderMessage } from '../../../src/platforms/discord/render.ts';
import type { Block, Card } from '../../../src/views/card.ts';
import { wordsOf } from '../../support/discord/mentions.ts';
import { shapeOf } from '../../support/discord/shape.ts';
import { type Started, startDiscord } from './start-discord.ts';

const HOSTILE = [
  '@everyone',
  '@here',
  '@EVERYONE',
  '<@&100000000000000007>',
  '</access home:100000000000000007>',
  '<#100000000000000007>',
  '<:skull:100000000000000007>',
  '<t:0:R>',
  '[Approve](https://evil.example)',
  '[Approve](<https://evil.example>)',
  '<https://evil.example>',
  'https://evil.example',
  '**bold** __under__ ~~gone~~ ||hidden||',
  '`code` ```block```',
  '> quote',
  '>>> long quote',
  '# heading',
  '-# small',
  '- item',
  '1. item',
  '\u202Ereversed',
  'zero\u200Bwidth',
  'line\nline\n\n\n\n# line',
  'a\u0000b',
  '\\',
  '\\*',
];

/** The same hostile text in every place where somebody's words can stand. */
const everywhere = (text: string): Block[] => [
  {
    kind: 'text',
    text: [
      text,
      { bold: text },
      { code: text },
      { person: { email: text } },
      { channel: text },
      { link: 'https://example.com', label: text },
    ],
  },
  { kind: 'fields', fields: [[text, text]] },
  { kind: 'quote', label: text, text },
  { kind: 'list', items: [text] },
  {
    kind: 'rows',
    rows: [{ text, detail: text, buttons: [{ label: text, action: { command: 'org show', args: {} } }] }],
  },
  { kind: 'table', caption: text, columns: [text, text], rows: [[text, text]] },
  { kind: 'choose', label: text, options: [{ label: text, action: { command: 'org show', args: {} } }] },
  { kind: 'code', text },
  { kind: 'heading', text },
  { kind: 'small', text },
  { kind: 'links', links: [{ label: text, url: 'https://example.com' }] },
];

/** What Discord would read as markup: what a backslash stands before, and what is in code, is not. */
const live = (markup: string): string =>
  markup
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\\[^0-9A-Za-z\s]/g, '·');

const BIDI_AND_NUL = /[\u202A-\u202E\u2066-\u2069\0]/;

let chat: Started;
beforeAll(async () => {
  chat = await startDiscord();
  return () => chat.stop();
});
afterAll(() => expect(chat.fake.refused).toEqual([]));

const cardOf = (text: string): Card => ({ kind: 'card', title: text, text, blocks: everywhere(text) });

describe('checklist 37, abuse 32 and 33: words stay words', () => {
  it.each([...HOSTILE, '<@100000000000000002>', '<@!100000000000000002>'])(
    '%j links nowhere, formats nothing and may ping nobody',
    (text) => {
      const { message } = renderMessage(cardOf(text));
      expect(message.allowed_mentions).toEqual({ parse: [], users: [] });
      const written = wordsOf({ content: '', components: message.components.map(shapeOf) });
      expect(written).not.toMatch(/@(everyone|here)/i);
      expect(written).not.toMatch(BIDI_AND_NUL);
      const shown = live(written);
      expect(shown).not.toMatch(/<[@#:t/]/);
      expect(shown).not.toMatch(/\]\((?!https:\/\/example\.com)/);
      expect(shown).not.toMatch(/https?:\/\/evil/);
      expect(shown).not.toMatch(/~~|__|\|\|/);
      expect(shown.replace('### ', '')).not.toMatch(/^#{1,3} /m);
    },
  );

  it('all of it together, posted and changed, pings nobody', async () => {
    const text = `<@${chat.idOf('ben')}> <@!${chat.idOf('ada')}> ${HOSTILE.join(' ')}`;
    const to = {
      kind: 'channel',
      workspaceId: chat.fake.guild.id,
      id: chat.acts.channel('general').id,
    } as const;
    const sent = await chat.discord.send(to, cardOf(text));
    const allowed = () => chat.fake.site.messages.find(({ id }) => id === sent.id)?.allowedMentions;
    expect(allowed()).toEqual({ parse: [], users: [] });
    await chat.discord.edit(sent, cardOf(text));
    expect(allowed()).toEqual({ parse: [] });
    expect(chat.fake.pings.all).toEqual([]);
  });

  it('whoever is mentioned by us is called once, when the message is posted, and no namesake in the text is', async () => {
    const person = (name: string) => ({
      email: `${name}@example.com`,
      account: { platform: 'discord', workspaceId: '', externalId: chat.idOf(name) },
    });
    const text: Block = {
      kind: 'text',
      text: [{ person: person('ada') }, ` <@${chat.idOf('ben')}> @everyone`],
    };
    const to = {
      kind: 'channel',
      workspaceId: chat.fake.guild.id,
      id: chat.acts.channel('general').id,
    } as const;
    const card: Card = { kind: 'card', title: 'T', text: 'T', blocks: [text] };
    const sent = await chat.discord.send(to, card);
    await chat.discord.edit(sent, card);
    expect(chat.fake.pings.all.filter((who) => JSON.stringify(who).includes('ada'))).toHaveLength(1);
    expect(chat.fake.pings.all).toHaveLength(1);
  });
});
