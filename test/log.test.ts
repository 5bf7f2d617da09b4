import { describe, expect, test } from 'vitest';
import { createLog, type Log } from '../src/log.ts';

function logged(act: (log: Log) => void, pretty = false): string {
  let text = '';
  act(
    createLog({
      level: 'trace',
      pretty,
      write: (part) => {
        text += part;
      },
    }),
  );
  return text;
}

const CANARY = 'C4n4ryC4n4ryC4n4ryC4n4ryC4n4ry12';

describe('abuse 37: no secret reaches the log', () => {
  test.each([
    ['a Slack bot token', `xoxb-1-${CANARY}`],
    ['a Slack app token', `xapp-1-${CANARY}`],
    ['a Slack refresh token', `xoxe.xoxp-1-${CANARY}`],
    ['an organization token', `rc_org_${CANARY}`],
    ['a personal token', `rc_usr_${CANARY}`],
    ['a service-account key', `rc_svc_${CANARY}`],
    ['a bearer header', `Authorization: Bearer ${CANARY}`],
    ['an invitation link', `https://rollcall.example.com/invitations#${CANARY}`],
    ['a Slack response address', `https://hooks.slack.com/commands/T1/2/${CANARY}`],
    ['a Discord webhook', `https://discord.com/api/v10/webhooks/42/${CANARY}/messages/@original`],
    ['a password in an address', `postgres://rollcall:${CANARY}@db/rollcall`],
    ['a request body in an error', `bad body {"response_url":"http://127.0.0.1/${CANARY}","a":1}`],
  ])('%s, wherever it stands', (_what, secret) => {
    const error = new Error(`it failed with ${secret}`, { cause: new Error(secret) });
    for (const pretty of [false, true]) {
      const text = logged((log) => {
        log.info(`said ${secret} aloud`);
        log.info({ deep: { list: [{ text: secret }] } }, 'deep');
        log.error({ err: error, error }, 'failed');
        log.error(error);
        log.child({ request: secret }).warn('child');
      }, pretty);
      expect(text).toContain('[redacted]');
      expect(text).not.toContain(CANARY);
      expect(text).toContain('said ');
    }
  });

  test.each([
    'response_url',
    'authorization',
    'Cookie',
    'token',
    'botToken',
    'signingSecret',
    'secretKey',
    'password',
    'client_secret',
  ])('a field called %s, at any depth', (name) => {
    const secret = `a"b\\${CANARY}`;
    const text = logged((log) =>
      log.info({ [name]: secret, deep: { deeper: [{ [name]: secret }] }, kept: 'kept' }),
    );
    expect(text).not.toContain(CANARY);
    expect(JSON.parse(text)).toMatchObject({
      [name]: '[redacted]',
      deep: { deeper: [{ [name]: '[redacted]' }] },
      kept: 'kept',
    });
  });

  test('a link code that somebody typed', () => {
    expect(logged((log) => log.info('/access link code code:ABCD2345'))).not.toContain('ABCD2345');
  });

  test('the bound values of a failed statement', () => {
    const error = Object.assign(
      new Error(`Failed query: insert into t values ($1)\nparams: say "${CANARY}",2`),
      {
        query: 'insert into t values ($1)',
        params: [CANARY],
        cause: Object.assign(new Error('duplicate key'), { parameters: [CANARY], args: [CANARY] }),
      },
    );
    const text = logged((log) => log.error({ err: error }, 'failed'));
    expect(text).not.toContain(CANARY);
    const entry = JSON.parse(text);
    expect(entry.err.message).toContain('Failed query: insert into t values ($1)');
    expect(entry.err.stack).toContain('log.test.ts');
  });
});

describe('abuse 35: one event is one line', () => {
  const HOSTILE = 'name\n{"level":60,"msg":"forged"}\r\n\u001b[31mred\u001b[0m\u009b2J\u2028"}\u202e\u0000';

  test('newlines, escape sequences and JSON in a name stay inside their string', () => {
    const text = logged((log) => log.info({ name: HOSTILE }, HOSTILE));
    expect(text.trimEnd().split(/[\n\r\u2028]/)).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
    const entry = JSON.parse(text);
    expect(entry.level).toBe(30);
    expect(entry.msg).toBe(HOSTILE);
    expect(entry.name).toBe(HOSTILE);
  });

  test('at a terminal they cannot move the cursor, colour the text or forge a line', () => {
    const text = logged((log) => log.info(HOSTILE), true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: pino-pretty's own colours are taken out first
    const plain = text.replace(/\u001b\[\d+m/g, '');
    expect(text).not.toContain('\u001b[31mred');
    expect(plain.trimEnd().split('\n')).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(plain.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  });
});

test('a line below the level is not written', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'warn', pretty: false, write: (text) => lines.push(text) });
  log.info('quiet');
  log.warn('loud');
  expect(lines).toHaveLength(1);
});
