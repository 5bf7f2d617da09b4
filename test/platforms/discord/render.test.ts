import { describe, expect, it } from 'vitest';
import { renderMessage } from '../../../src/platforms/discord/render.ts';
import type { Block, Button, Card } from '../../../src/views/card.ts';
import { checkMessage } from '../../support/discord/check-message.ts';
import { shapeOf } from '../../support/discord/shape.ts';

const at = new Date('2026-11-27T00:00:30Z');
const ben = {
  email: 'ben@acme.example',
  account: { platform: 'discord', workspaceId: '', externalId: '100000000000000002' },
};
const elsewhere = { ...ben, account: { platform: 'slack', workspaceId: 'T0', externalId: 'U0BEN' } };
const approve: Button = {
  label: 'Approve',
  style: 'primary',
  says: 'Approve request 142: Admin for sam@example.com for 8 hours',
  action: { command: 'request approve', args: { request: 'REQ-142' } },
  confirm: {
    title: 'Approve Admin for 8 hours?',
    text: 'sam@example.com gets Admin in Acme now.',
    yes: 'Approve',
  },
};

const cardOf = (...blocks: Block[]): Card => ({
  kind: 'card',
  title: 'A title',
  text: 'All of it in a sentence.',
  blocks,
});
/** Everything below the title; Discord would take the whole. */
const drawn = (...blocks: Block[]) => {
  const { message, stored } = renderMessage(cardOf(...blocks));
  checkMessage(shapeOf(message), { files: [] });
  const [container] = message.components;
  return { components: container && 'components' in container ? container.components.slice(1) : [], stored };
};

const KINDS: Record<Block['kind'], Block> = {
  text: {
    kind: 'text',
    text: [
      'Hello ',
      { person: ben },
      ', or ',
      { person: elsewhere },
      ': ',
      { bold: 'bold' },
      ' ',
      { code: 'w:pods' },
      ' in ',
      { channel: '100000000000000009' },
      ' until ',
      { time: at, style: 'time' },
      '. ',
      { link: 'https://example.com/docs', label: 'Docs' },
    ],
  },
  fields: {
    kind: 'fields',
    fields: [
      ['Organization', 'Acme'],
      ['Ends', { time: at, style: 'date' }],
      ['Who', { person: ben }],
    ],
  },
  quote: { kind: 'quote', label: 'Reason', text: 'rotate the leaked key\nINC-77' },
  list: { kind: 'list', items: ['invite people', [{ bold: 'revoke' }, ' any token']] },
  rows: {
    kind: 'rows',
    rows: [
      {
        text: 'dana@example.com',
        detail: ['developer · ends ', { time: at, style: 'relative' }],
        buttons: [approve],
      },
      {
        text: 'kai@example.org',
        buttons: [
          approve,
          { label: 'Deny…', style: 'danger', action: { command: 'request deny', args: {} } },
        ],
      },
      { text: 'Nothing to press', detail: 'and a plain detail' },
    ],
  },
  table: {
    kind: 'table',
    caption: 'Findings',
    columns: ['Severity', 'Finding'],
    rows: [
      ['High', 'kai left'],
      ['Low', ''],
    ],
  },
  buttons: { kind: 'buttons', buttons: [approve] },
  links: { kind: 'links', links: [{ label: 'Sign in', url: 'https://example.com/sign-in' }] },
  choose: {
    kind: 'choose',
    label: 'Which organization?',
    options: ['acme', 'beta'].map((slug) => ({
      label: slug,
      description: `All of ${slug}`,
      action: { command: 'org use', args: { slug, as: 'show' } },
    })),
  },
  code: { kind: 'code', text: 'rollcall login\n  --token x' },
  secret: { kind: 'secret', label: 'Token', value: 'rc_usr_not_a_real_one' },
  heading: { kind: 'heading', text: 'Your access' },
  divider: { kind: 'divider' },
  small: { kind: 'small', text: ['REQ-142 · expires ', { time: at, style: 'time' }, ' · ', { person: ben }] },
};

describe('a card in Discord’s components', () => {
  it.each(Object.entries(KINDS))('%s', (_, block) => {
    expect(drawn(block)).toMatchSnapshot();
  });

  it('a whole message: what it is made of, its colour and whom alone it may ping', () => {
    const text: Block = { kind: 'text', text: [{ person: ben }, ' <@100000000000000003> @everyone'] };
    expect(renderMessage({ ...cardOf(text, KINDS.buttons), tone: 'good' })).toMatchSnapshot();
  });

  it('more rows than have room for a button each: all of them, with one list of what their buttons do', () => {
    const rows = Array.from({ length: 20 }, (_, n) => ({
      text: `Row ${n}`,
      buttons: [
        { label: 'Show', says: `Show row ${n}`, action: { command: 'org show', args: { n: `${n}` } } },
      ],
    }));
    const { components } = drawn({ kind: 'rows', rows }, { kind: 'buttons', buttons: [approve] });
    const words = JSON.stringify(components);
    for (const { text } of rows) expect(words).toContain(text);
    expect(components.at(-2)).toMatchObject({ components: [{ options: { length: 20 } }] });
    expect(words).toContain('Show row 19');
    expect(words).not.toContain(' more');
  });
});
