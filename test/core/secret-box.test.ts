import { describe, expect, test } from 'vitest';
import { type Box, seal, unseal } from '../../src/core/secret-box.ts';

const box: Box = { secretKey: 'the key of an installation, 32 long', purpose: 'a test', about: 'acme' };

describe('a sealed text', () => {
  test('opens with the same key, purpose and subject, and never looks the same twice', () => {
    const sealed = seal(box, 'wörd');
    expect(unseal(box, sealed)).toBe('wörd');
    expect(sealed).not.toContain('wörd');
    expect(seal(box, 'wörd')).not.toBe(sealed);
    expect(unseal(box, seal(box, ''))).toBe('');
  });

  test.each([
    ['another key', { secretKey: 'another key of an installation' }],
    ['another purpose', { purpose: 'another test' }],
    ['another subject', { about: 'globex' }],
  ])('stays shut for %s', (_, change) => {
    expect(unseal({ ...box, ...change }, seal(box, 'word'))).toBeUndefined();
  });

  test('stays shut once any of it is altered', () => {
    const sealed = seal(box, 'word');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(unseal(box, `v1.${altered.toString('base64url')}`)).toBeUndefined();
    }
    for (const wrong of ['', 'v1', 'v1.', 'v1.AAAA', `v2.${sealed.slice(3)}`, `v1.${sealed.slice(3, -4)}`]) {
      expect(unseal(box, wrong)).toBeUndefined();
    }
  });
});
