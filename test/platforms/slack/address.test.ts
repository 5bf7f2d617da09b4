import { describe, expect, it } from 'vitest';
import { isSlackAddress } from '../../../src/platforms/slack/address.ts';

describe('abuse 45: only Slack is reachable by an address in a payload or an answer', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://files.slack.com/upload/v1/x',
    'https://files.slack.com.evil.example/upload',
    'https://evil.example/?files.slack.com',
    'https://files.slack.com@evil.example/',
    'https://hooks.slack.com/commands/x',
    'file:///etc/passwd',
    'not an address',
  ])('%s takes no file', (url) => {
    expect(isSlackAddress(url, 'files', undefined)).toBe(false);
  });

  it.each(['https://files.slack.com/upload/v1/x', 'https://files.slack-gov.com/upload/v1/x'])(
    '%s does',
    (url) => {
      expect(isSlackAddress(url, 'files', undefined)).toBe(true);
    },
  );

  it('the origin of another Web API does where one is set', () => {
    const api = 'http://127.0.0.1:4000/api/';
    expect(isSlackAddress('http://127.0.0.1:4000/upload/x', 'files', api)).toBe(true);
    expect(isSlackAddress('http://127.0.0.1:4001/upload/x', 'files', api)).toBe(false);
  });
});
