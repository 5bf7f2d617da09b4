import { describe, expect, it } from 'vitest';
import { renderMessage } from '../../../src/platforms/discord/render.ts';
import type { Block, Card } from '../../../src/views/card.ts';
import { checkMessage } from '../../support/discord/check-message.ts';
import { shapeOf } from '../../support/discord/shape.ts';
import { approve, blocksOfEveryKind } from '../kinds.ts';

const ben = {
  email: 'ben@acme.example',
  account: { platform: 'discord', workspaceId: '', externalId: '100000000000000002' },
};
const elsewhere = { ...ben, account: { platform: 'slack', workspaceId: 'T0', externalId: 'U0BEN' } };
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

const KINDS = blocksOfEveryKind({ ben, elsewhere, channel: '100000000000000009' });

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
