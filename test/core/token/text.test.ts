import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/core/secret.ts';
import { fingerprintOf, mintText, parseToken, type TokenKind } from '../../../src/core/token/text.ts';

const kinds: readonly TokenKind[] = ['organization', 'personal', 'service-account'];
const minted = fc
  .record({
    kind: fc.constantFrom(...kinds),
    organizationId: fc.uuid(),
    random: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  })
  .map((parts) => ({ ...parts, text: mintText(parts.kind, parts.organizationId, parts.random) }));

test('a token says which kind it is and whose, in a fixed width, and only its SHA-256 is kept', () => {
  fc.assert(
    fc.property(minted, ({ kind, organizationId, text }) => {
      expect(text).toMatch(/^rc_(org|usr|svc)_[0-9A-Za-z]{71}$/);
      expect(parseToken(text)).toEqual({ kind, organizationId, hash: sha256(text) });
      expect(text.endsWith(fingerprintOf(text))).toBe(true);
    }),
  );
});

test('256 random bits of nothing and of everything survive', () => {
  for (const [id, byte] of [
    ['00000000-0000-0000-0000-000000000000', 0],
    ['ffffffff-ffff-ffff-ffff-ffffffffffff', 255],
  ] as const) {
    const text = mintText('personal', id, new Uint8Array(32).fill(byte));
    expect(parseToken(text)?.organizationId).toBe(id);
  }
});

test('two secrets are never alike', () => {
  const id = '018f2f3e-0000-7000-8000-000000000000';
  const texts = Array.from({ length: 1000 }, () => mintText('service-account', id));
  expect(new Set(texts).size).toBe(1000);
});

test('abuse 40: a single mistyped, missing, added or swapped character is refused by the checksum', () => {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. é';
  fc.assert(
    fc.property(minted, fc.nat(77), fc.constantFrom(...letters), ({ text }, at, letter) => {
      fc.pre(text[at] !== letter);
      expect(parseToken(text.slice(0, at) + letter + text.slice(at + 1))).toBeUndefined();
      expect(parseToken(text.slice(0, at) + text.slice(at + 1))).toBeUndefined();
      expect(parseToken(text.slice(0, at) + letter + text.slice(at))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(minted, fc.nat(76), ({ text }, at) => {
      fc.pre(text[at] !== text[at + 1]);
      const swapped = `${text.slice(0, at)}${text[at + 1]}${text[at]}${text.slice(at + 2)}`;
      expect(parseToken(swapped)).toBeUndefined();
    }),
  );
});

test('abuse 44: nothing else is a token', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(parseToken(text)).toBeUndefined();
    }),
  );
  expect(parseToken(`rc_org_${'z'.repeat(71)}`)).toBeUndefined();
});
