import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLoopback, mayReach } from '../../../src/core/sso/address.ts';
import { providerFetch, Unreachable } from '../../../src/core/sso/fetch.ts';

let server: Server;
let port: number;
let asked: string[];

beforeAll(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/elsewhere') response.writeHead(302, { location: '/found' }).end();
    else if (request.url === '/large') response.end('x'.repeat(1024 * 1024 + 1));
    else if (request.url === '/echo') request.pipe(response);
    else response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => new Promise((closed) => server.close(closed)));

const get = (url: string, loopback: boolean) =>
  providerFetch(loopback)(url, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' });

describe('abuse 45: a provider’s address leads nowhere inside', () => {
  test.each([
    '127.0.0.1',
    '127.8.8.8',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'not an address',
  ])('%s is closed', (address) => {
    expect(mayReach(address, false)).toBe(false);
  });

  test.each(['93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])('%s is open', (address) => {
    expect(mayReach(address, false)).toBe(true);
  });

  test('loopback opens for an installation on loopback, and nothing else does', () => {
    expect([mayReach('127.0.0.1', true), mayReach('::1', true)]).toEqual([true, true]);
    expect([mayReach('10.0.0.1', true), mayReach('169.254.169.254', true)]).toEqual([false, false]);
    expect(isLoopback('http://localhost:3000/x')).toBe(true);
    expect(isLoopback('http://localhost.evil.example')).toBe(false);
  });

  test.each([
    (at: number) => `https://127.0.0.1:${at}/`,
    (at: number) => `https://localhost:${at}/`,
    (at: number) => `https://[::1]:${at}/`,
    (at: number) => `https://2130706433:${at}/`,
    (at: number) => `http://127.0.0.1:${at}/`,
    () => 'https://169.254.169.254/latest/meta-data',
    () => 'http://example.com/',
    () => 'file:///etc/passwd',
  ])('%s is not asked', async (address) => {
    const before = asked.length;
    await expect(get(address(port), false)).rejects.toThrow(Unreachable);
    expect(asked.length).toBe(before);
  });
});

describe('where it may go', () => {
  test('it does not follow redirects', async () => {
    const before = asked.length;
    expect((await get(`http://127.0.0.1:${port}/elsewhere`, true)).status).toBe(302);
    expect(asked.slice(before)).toEqual(['GET /elsewhere']);
  });

  test('it reads a megabyte and no more', async () => {
    await expect(get(`http://127.0.0.1:${port}/large`, true)).rejects.toThrow('too much');
  });

  test('it sends a form, and hands on what comes back', async () => {
    const answer = await providerFetch(true)(`http://localhost:${port}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ a: '1 2' }),
      redirect: 'manual',
    });
    expect(await answer.text()).toBe('a=1+2');
    expect((await get(`http://127.0.0.1:${port}/`, true)).headers.get('content-type')).toBe(
      'application/json',
    );
  });

  test('what does not answer is told as away', async () => {
    await expect(get('http://127.0.0.1:1/', true)).rejects.toThrow('127.0.0.1:1 does not answer');
  });
});
