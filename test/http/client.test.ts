import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { clientAddress } from '../../src/http/client.ts';

const seenFrom = async (remoteAddress: string, trustProxy: boolean, forwarded?: string): Promise<string> => {
  const app = new Hono().get('/', (c) => c.text(clientAddress(c, trustProxy)));
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const answer = await app.request('/', { headers }, { incoming: { socket: { remoteAddress } } });
  return answer.text();
};

test('a caller’s own X-Forwarded-For is not believed', async () => {
  expect(await seenFrom('203.0.113.7', false, '10.0.0.1')).toBe('203.0.113.7');
});

test('behind a trusted proxy the address that the proxy added counts, not what the caller put before it', async () => {
  expect(await seenFrom('10.0.0.1', true, '1.2.3.4, 203.0.113.7')).toBe('203.0.113.7');
  expect(await seenFrom('10.0.0.1', true)).toBe('10.0.0.1');
});

test('one subscriber’s IPv6 network is one caller', async () => {
  const one = await seenFrom('2001:db8:1:2::1', false);
  expect(await seenFrom('2001:db8:1:2:ffff::9', false)).toBe(one);
  expect(await seenFrom('2001:db8:1:3::1', false)).not.toBe(one);
  expect(await seenFrom('::1', false)).toBe('0:0:0:0');
  expect(await seenFrom('::ffff:203.0.113.7', false)).toBe('::ffff:203.0.113.7');
});
