import { describe, expect, it } from 'vitest';
import { renderHome, renderMessage, renderModal } from '../../../src/platforms/slack/render.ts';
import type { Block, Card } from '../../../src/views/card.ts';
import { blocksOfEveryKind } from '../kinds.ts';

const TEAM = 'T0ACME';
const ben = {
  email: 'ben@acme.example',
  account: { platform: 'slack', workspaceId: TEAM, externalId: 'U0BEN' },
};
const elsewhere = { ...ben, account: { ...ben.account, workspaceId: 'T0OTHER' } };
const cardOf = (...blocks: Block[]): Card => ({
  kind: 'card',
  title: 'A title',
  text: 'All of it in a sentence.',
  blocks,
});
const drawn = (...blocks: Block[]) => renderMessage(cardOf(...blocks), TEAM).blocks.slice(1);

const KINDS = blocksOfEveryKind({ ben, elsewhere, channel: 'C0GENERAL' });

describe('a card as Block Kit', () => {
  it.each(Object.entries(KINDS))('%s', (_, block) => {
    expect(drawn(block)).toMatchSnapshot();
  });

  it('a whole message: header, blocks and the text that stands in for them', () => {
    expect(renderMessage(cardOf(KINDS.buttons), TEAM)).toMatchSnapshot();
  });

  it('in a window a table is a list and the tone an alert', () => {
    expect(
      renderModal(
        { ...cardOf(KINDS.table), tone: 'warning', title: 'A title longer than 24 characters' },
        TEAM,
      ),
    ).toMatchSnapshot();
  });

  it('a short title needs no header in a window, and an empty card is not an empty window', () => {
    const view = renderModal({ ...cardOf(), title: 'Copy your token now' }, TEAM);
    expect(view.title.text).toBe('Copy your token now');
    expect(view.blocks).toEqual([expect.objectContaining({ type: 'section' })]);
  });

  it('a secret stands in a window that says what to do with it', () => {
    const view = renderModal({ ...cardOf(KINDS.secret), tone: 'good', secret: true }, TEAM);
    expect(view.title.text).toBe('Copy your token now');
    expect(view.close?.text).toBe('I have saved it');
    expect(view.submit).toBeUndefined();
    expect(JSON.stringify(view.blocks)).toContain('rc_usr_not_a_real_one');
    expect(view.private_metadata).toBeUndefined();
  });

  it('Home', () => {
    expect(renderHome(cardOf(KINDS.rows), TEAM)).toMatchSnapshot();
  });

  it('a second table is a list: Slack takes one in a message', () => {
    const types = drawn(KINDS.table, KINDS.table).map(({ type }) => type);
    expect(types).toEqual(['rich_text', 'table', 'rich_text', 'rich_text']);
  });

  it('a choice whose actions do not fit a select becomes rows with a button each', () => {
    const long = (slug: string) => ({
      label: slug,
      action: { command: 'org use', args: { slug: slug.repeat(40) } },
    });
    const blocks = drawn({ kind: 'choose', label: 'Which?', options: ['ac', 'be'].map(long) });
    expect(blocks.map(({ type }) => type)).toEqual(['section', 'section', 'section']);
    expect(blocks[1]).toMatchObject({ accessory: { type: 'button', accessibility_label: 'Choose ac' } });
  });

  it('a button that carries more than Slack takes leaves a line that says so', () => {
    const action = { command: 'request new', args: { reason: 'x'.repeat(2_000) } };
    const [only] = drawn({ kind: 'buttons', buttons: [{ label: 'Ask', action }] });
    expect(only).toMatchObject({
      type: 'context',
      elements: [{ text: expect.stringContaining('"Ask" holds more text') }],
    });
  });

  it('a link to anything but the web is no button', () => {
    const links = ['javascript:alert(1)', 'file:///etc/passwd', 'not a link'].map((url) => ({
      label: 'x',
      url,
    }));
    expect(drawn({ kind: 'links', links })).toEqual([]);
    expect(
      JSON.stringify(drawn({ kind: 'text', text: [{ link: 'javascript:alert(1)', label: 'Click' }] })),
    ).not.toContain('javascript');
  });

  it('every control of a card has an id of its own', () => {
    const text = JSON.stringify(drawn(...Object.values(KINDS), ...Object.values(KINDS)));
    const ids = [...text.matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
