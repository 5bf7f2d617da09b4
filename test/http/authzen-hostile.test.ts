import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld } from '../support/world.ts';
import { type DecisionPoint, personalToken, startDecisionPoint, user } from './decision-point.ts';

const PATHS = ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action'];
const MEBIBYTE = 1024 * 1024;

/** Bodies that are no JSON, or no JSON in UTF-8, in the manner of the parsing test suites. */
const NO_JSON: readonly (string | Uint8Array)[] = [
  '',
  ' ',
  '\0',
  'undefined',
  'nul',
  'True',
  'NaN',
  'Infinity',
  '-',
  '+1',
  '01',
  '1.',
  '.5',
  '1e',
  '0x1',
  '1_000',
  '"',
  '"\\',
  '"\\u12"',
  '"\\x00"',
  "'single'",
  '"tab\t"',
  '"line\n"',
  '{',
  '}',
  '[',
  ']',
  '[,]',
  '[1,]',
  '[1 2]',
  '{,}',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '{"a" 1}',
  '{"a":1 "b":2}',
  '{1:1}',
  '{"a":1}}',
  '{"a":1}{}',
  '{"a":1}x',
  '/* c */{}',
  '{} // c',
  '{"a":/* c */1}',
  '{"subject":',
  '{"a":"\u0001"}',
  '\u00a0{}',
  '{"a":tru}',
  '[1',
  '"abc',
  '{"a":[}',
  '{"a":"b"',
  Uint8Array.of(0xff),
  Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
  Uint8Array.of(0xfe, 0xff, 0, 0x7b, 0, 0x7d),
  Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
  Uint8Array.of(0x22, 0xc0, 0xaf, 0x22),
];

/** JSON that asks nothing. */
const NO_QUESTION: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '1e400',
  '"text"',
  '[]',
  '[[]]',
  '[{}]',
  '{}',
  '{"subject":null,"action":null,"resource":null}',
  '{"subject":[],"action":[],"resource":[]}',
  '{"subject":{"type":[],"id":{}},"action":{"name":null},"resource":{"type":1,"id":true}}',
  '{"__proto__":{"subject":{"type":"user","id":"x"},"action":{"name":"read"},"resource":{"type":"flows","id":"x"}}}',
  '{"subject":{"__proto__":{"type":"user","id":"x"}},"action":{"__proto__":{"name":"read"}},"resource":{"__proto__":{"type":"flows","id":"x"}}}',
  '{"constructor":{"prototype":{"subject":{"type":"user","id":"x"}}}}',
  '{"subject":{"type":"user","id":"x","properties":[]},"action":{"name":"read","properties":1},"resource":{"type":"a","id":"b","properties":"c"}}',
  `{"subject":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
];

const STRINGS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff x',
  '\ufeff',
  '\u202e',
  '{}',
  '{a,b}',
  '"',
  '\\',
  '\\"',
  "'",
  "' or '1'='1",
  "'; drop table users; --",
  '$1',
  '$$',
  '%',
  '_',
  '%s',
  '{{7*7}}',
  'NULL',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '\n',
  '\r\n',
  'flows\nflows:*',
  '*',
  '*:*',
  'rollcall:*',
  ':',
  '::',
  'a:',
  ':a',
  ':own',
  'a:own:own',
  '🧨',
  'İ',
  'ß',
  'Ω'.repeat(2000),
  'a@',
  '@a',
  '@',
  'a@b@c',
  '00000000-0000-0000-0000-000000000000',
  '{00000000-0000-0000-0000-000000000000}',
  '1'.repeat(40),
  '-1',
  '1e309',
  'X'.repeat(20_000),
];

describe.each([
  ['a server', () => serverDatabase()],
  ['the embedded database', () => embeddedDatabase()],
] satisfies [string, () => Promise<{ database: Database }>][])('abuse 44 on %s', (_name, open) => {
  let point: DecisionPoint;
  let here: Minted;
  let token: string;

  beforeAll(async () => {
    const world = createWorld((await open()).database);
    here = await mintOrganization(world, 'Hostile');
    await here.project('alpha');
    token = await personalToken(here, here.admin);
    point = await startDecisionPoint(world);
  }, 60_000);

  const post = async (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    point.send(`/access/v1/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      body: body as RequestInit['body'],
    });

  test.each(PATHS)('abuse 44: what is no JSON and what asks nothing is 400 at %s', async (path) => {
    for (const body of [...NO_JSON, ...NO_QUESTION]) {
      const answer = await post(path, body);
      expect([body.slice(0, 60), answer.status]).toEqual([body.slice(0, 60), 400]);
      expect(answer.json).toMatchObject({ status: 400, code: 'malformed' });
      expect(answer.text).not.toContain('"decision"');
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).subject).toBeUndefined();
  });

  test('abuse 44: hostile text anywhere in a question is answered, and never with yes', async () => {
    const resource = { type: 'flows', id: 'x' };
    const admin = user(here.admin.email);
    const read = { name: 'read' };
    const evaluations = STRINGS.flatMap((text) => [
      { subject: user(text), action: read, resource },
      { subject: { type: text, id: here.admin.email }, action: read, resource },
      { subject: { type: 'service-account', id: text }, action: read, resource },
      { subject: { type: 'token', id: text }, action: read, resource },
      { subject: admin, action: { name: text }, resource },
      { subject: admin, action: read, resource: { type: text, id: 'x' } },
      { subject: admin, action: read, resource: { type: 'project', id: text } },
      { subject: admin, action: read, resource: { ...resource, properties: { project: text } } },
      { subject: admin, action: read, resource: { ...resource, properties: { organization: text } } },
    ]);
    const answer = await point.ask(token, 'evaluations', { evaluations });
    expect(answer.status).toBe(200);
    // Any well-formed word is an action or a type where the catalogue is open.
    const yes = evaluations.filter((_, at) => answer.json.evaluations?.[at]?.decision);
    const words = ['null', 'undefined', 'true', 'constructor', 'prototype'];
    expect(
      yes.every(({ action, resource: { type } }) => words.includes(action.name) || words.includes(type)),
    ).toBe(true);
    expect(yes.length).toBe(2 * words.length);
    for (const text of STRINGS) {
      for (const path of PATHS.slice(2)) {
        const body = { subject: user(text), action: read, resource: { type: 'flows', id: text } };
        expect((await point.ask(token, path, body)).status).toBe(200);
        const paged = { ...body, page: { token: text } };
        expect([200, 400]).toContain((await point.ask(token, path, paged)).status);
        const named = { ...body, page: { token: Buffer.from(text).toString('base64url') } };
        expect([200, 400]).toContain((await point.ask(token, path, named)).status);
      }
    }
  });

  test('abuse 44: a question means the same however deep what stands beside it is', async () => {
    const deep = `${'{"a":['.repeat(50_000)}0${']}'.repeat(50_000)}`;
    const body = `{"subject":{"type":"user","id":${JSON.stringify(here.admin.email)},"properties":{"d":${deep}}},"action":{"name":"read"},"resource":{"type":"flows","id":"x"},"context":{"d":${deep}},"__proto__":{"decision":false},"constructor":1}`;
    expect((await post('evaluation', body)).json.decision).toBe(true);
  });

  test('a body beyond 1 MiB is 413, whether or not it says so, and other content types are 400', async () => {
    const large = `{"subject":"${'x'.repeat(MEBIBYTE)}"}`;
    expect((await post('evaluation', large)).status).toBe(413);
    const unsaid = new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from(large));
        controller.close();
      },
    });
    const streamed = await point.send('/access/v1/evaluation', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: unsaid,
      duplex: 'half',
    } as RequestInit);
    expect(streamed.status).toBe(413);
    const fits = JSON.stringify({
      subject: user('x'),
      action: { name: 'read' },
      resource: { type: 'a', id: 'b' },
    });
    expect((await post('evaluation', fits.padEnd(MEBIBYTE))).status).toBe(200);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json-patch+json',
      'application/json; charset=utf-16',
      ';',
    ]) {
      expect((await post('evaluation', fits, { 'Content-Type': type })).status).toBe(400);
    }
    expect(
      (await post('evaluation', fits, { 'Content-Type': 'Application/JSON; charset=UTF-8' })).status,
    ).toBe(200);
  });

  test('a token in the wrong place is none', async () => {
    const fits = JSON.stringify({
      subject: user('x'),
      action: { name: 'read' },
      resource: { type: 'a', id: 'b' },
    });
    const headers = { 'Content-Type': 'application/json' };
    const init = { method: 'POST', headers, body: fits };
    expect((await point.send(`/access/v1/evaluation?access_token=${token}`, init)).status).toBe(401);
    const twice = { ...headers, Authorization: `Bearer ${token}, Bearer ${token}` };
    expect((await point.send('/access/v1/evaluation', { ...init, headers: twice })).status).toBe(401);
  });
});
