import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredAction } from '../../../src/core/delivery/stored-actions.ts';
import { decode, encode, pressableFrom, storedUnder } from '../../../src/platforms/discord/action.ts';
import type { Action } from '../../../src/views/card.ts';

const ORG = '01a21409-62fe-77b0-b146-886ad71fdb0f';
const confirm = { title: 'Approve?', text: 'It is given at once.', yes: 'Approve' };

const written = (action: Action, more: { confirm?: typeof confirm } = {}) => {
  const stored: StoredAction[] = [];
  const text = encode({ action, ...more }, '0.', (one) => stored.push(one));
  return { text, stored };
};

describe('what a control does', () => {
  it('stands in the control itself where it fits, with the organization in 23 characters', () => {
    const action = { command: 'access request deny', args: { request: 'REQ-142', org: ORG } };
    const { text, stored } = written(action);
    expect(stored).toEqual([]);
    expect(text.length).toBeLessThanOrEqual(100);
    expect(decode(text)).toEqual({ kind: 'action', action });
  });

  it.each([100, 101])('fits in 100 characters or is stored: %i', (length) => {
    const bare = encode({ action: { command: 'x', args: { a: '' } } }, '0.', () => {});
    const action = { command: 'x', args: { a: 'b'.repeat(length - bare.length) } };
    const { text, stored } = written(action);
    expect(text.length).toBeLessThanOrEqual(100);
    expect(stored).toHaveLength(length === 100 ? 0 : 1);
    if (length === 101) expect(decode(text)).toEqual({ kind: 'stored', id: stored[0]?.id, asks: false });
  });

  it('what asks before it does something is stored with its question, and says so', () => {
    const action = { command: 'x', args: {}, confirmed: true };
    const { text, stored } = written(action, { confirm });
    expect(decode(text)).toEqual({ kind: 'stored', id: stored[0]?.id, asks: true });
    expect(pressableFrom(stored[0]?.action)).toEqual({ action, confirm: { ...confirm, danger: false } });
  });

  it('the same action has the same id, another one another, and each knows its organization', () => {
    const args = { note: 'x'.repeat(200), org: ORG };
    const one = storedUnder({ action: { command: 'x', args } });
    expect(storedUnder({ action: { command: 'x', args: { ...args } } })).toEqual(one);
    expect(storedUnder({ action: { command: 'y', args } }).id).not.toBe(one.id);
    expect(one.organizationId).toBe(ORG);
    expect(storedUnder({ action: { command: 'x', args: { org: 'acme' } } }).organizationId).toBeUndefined();
  });

  it('whatever somebody has typed comes back letter by letter', () => {
    const anything = fc.record({
      command: fc.constantFrom('access request new', 'org member role'),
      args: fc.dictionary(
        fc.stringMatching(/^[a-z][a-z-]{0,9}$/),
        fc.string({ unit: 'binary', maxLength: 40 }),
      ),
    });
    fc.assert(
      fc.property(anything, ({ command, args }) => {
        const action = { command, args: { ...args } };
        const { text, stored } = written(action);
        const back = decode(text);
        const read = back?.kind === 'stored' ? pressableFrom(stored[0]?.action)?.action : back?.action;
        expect(text.length).toBeLessThanOrEqual(100);
        expect(read).toEqual(action);
      }),
    );
  });

  it.each(['', 'x', '0.a:', '0.a:UPPER?', '0.s:short', 'a:x?y=%zz', '0.z:x?', 'saved'])(
    'nobody’s control means nothing: %s',
    (text) => {
      expect(decode(text)).toBeUndefined();
    },
  );

  it.each([undefined, null, 'x', {}, { c: 'x' }, { c: 1, a: {} }, { c: 'x', a: { b: 1 } }])(
    'what is not an action in the database is none: %j',
    (stored) => {
      expect(pressableFrom(stored)).toBeUndefined();
    },
  );
});
