import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeAction,
  decodeChoice,
  encodeAction,
  encodeChoices,
} from '../../../src/platforms/slack/action.ts';

const name = fc.stringMatching(/^[a-z][a-z-]{0,12}$/);
const action = fc
  .record(
    { command: fc.string(), args: fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 6 }) },
    { noNullPrototype: true },
  )
  .chain((made) => fc.constantFrom(made, { ...made, confirmed: true }));

describe('an action on a button', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(action, (made) => {
        expect(decodeAction(encodeAction(made, 100_000))).toEqual(made);
      }),
    );
  });

  it('of 2,000 characters fits and of 2,001 says what to do', () => {
    const sized = (length: number) => ({
      command: 'x',
      args: { a: 'y'.repeat(length - '{"c":"x","a":{"a":""}}'.length) },
    });
    expect(encodeAction(sized(2_000), 2_000)).toHaveLength(2_000);
    expect(() => encodeAction(sized(2_001), 2_000)).toThrow(
      /"x" is 2001 characters long and Slack carries 2000.*put its id/,
    );
  });

  it('abuse 15: of any other making is nothing, and never an error', () => {
    const odd = [
      '',
      'x',
      'null',
      '1',
      '[]',
      '{}',
      '{"c":"x"}',
      '{"c":"x","a":[]}',
      '{"c":"x","a":{"b":1}}',
      '{"c":"x","a":{"__proto__":"y"}}',
      '{"c":["x"],"a":{}}',
      '{"c":"x","a":{"b":{"c":"d"}}}',
    ];
    for (const text of [undefined, ...odd]) expect(decodeAction(text)).toBeUndefined();
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeAction(text)));
  });

  it('says confirmed only where it was', () => {
    expect(decodeAction('{"c":"x","a":{},"y":true}')).toEqual({ command: 'x', args: {} });
    expect(decodeAction('{"c":"x","a":{},"y":1}')).toEqual({ command: 'x', args: {}, confirmed: true });
  });
});

describe('the actions of a select', () => {
  it('come back one by one, what they share in the id and the rest in the values', () => {
    const actions = ['acme', 'beta'].map((org) => ({
      command: 'invite send',
      args: { email: 'dana@example.com', role: 'member', org },
    }));
    const choices = encodeChoices(actions, 240, 75);
    expect(choices?.values).toEqual(['{"org":"acme"}', '{"org":"beta"}']);
    const id = encodeAction(choices?.base ?? { command: '', args: {} }, 240);
    expect(choices?.values.map((value) => decodeChoice(id, value))).toEqual(actions);
  });

  it('are no select where they differ in more than fits', () => {
    const use = (slug: string) => ({ command: 'use', args: { slug } });
    expect(encodeChoices([use('a'), { ...use('b'), command: 'other' }], 240, 75)).toBeUndefined();
    expect(encodeChoices([use('a'), { ...use('b'), confirmed: true }], 240, 75)).toBeUndefined();
    expect(encodeChoices([use('a'.repeat(80)), use('b')], 240, 75)).toBeUndefined();
    expect(encodeChoices([use('same'), use('same')], 240, 75)).toBeUndefined();
    expect(encodeChoices([], 240, 75)).toBeUndefined();
  });

  it('of any other making are nothing', () => {
    for (const [base, value] of [
      ['x', '{}'],
      ['{"c":"x","a":{}}', 'x'],
      ['{"c":"x","a":{}}', '{"a":1}'],
      ['{"c":"x","a":{}}', undefined],
    ] as const) {
      expect(decodeChoice(base, value)).toBeUndefined();
    }
  });
});
