import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { findLeaks, REMOVED, withoutLeaks } from '../../../src/core/leak/find.ts';
import { linkToken } from '../../../src/core/link-token.ts';
import { mintText, type TokenKind } from '../../../src/core/token/text.ts';

/** Put together here, so that no scanner of source code finds any. */
const made = {
  github: `ghp_${'wWPw5k4aXcaT4fNP'}${'0UcnZwJUVFk6LO0pINUx'}`,
  slack: ['xoxb', '123456789012', '1234567890123', 'AbCdEfGhIjKlMnOpQrStUvWx'].join('-'),
  'database-connection-string': `postgres://${'ada:passw0rdX'}@db.example.com/x`,
  'bot token': ['MTIzNDU2Nzg5MDEyMzQ1Njc4', 'GAbCdE', 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789Ab'].join('.'),
  'link of Rollcall': linkToken(randomUUID(), randomBytes(32)),
  'token of Rollcall': mintText('personal', randomUUID()),
};

const cut = async (text: string) => withoutLeaks(text, await findLeaks(text));

describe('abuse 36: secrets in what people write', () => {
  test.each(Object.entries(made))('abuse 36: %s is found, wherever it stands', async (kind, secret) => {
    for (const [before, after] of [
      ['', ''],
      ['INC-77 with ', ' please'],
      ['(', '), and then'],
    ]) {
      const text = `${before}${secret}${after}`;
      expect((await findLeaks(text)).map((leak) => leak.kind)).toEqual([kind]);
      expect(await cut(text)).not.toContain(secret.slice(-12));
      expect(await cut(text)).toContain(REMOVED);
    }
  });

  test('abuse 36: several at once, one inside the other, and what stands between them stays', async () => {
    const { github, slack } = made;
    expect(await cut(`a ${github} b ${slack} c https://ada:${github}@git.example.com/x d`)).toBe(
      `a ${REMOVED} b ${REMOVED} c ${REMOVED}/x d`,
    );
  });

  test.each(['organization', 'personal', 'service-account'] satisfies TokenKind[])(
    'abuse 36: of our own, a %s token is read, a changed one is only taken out',
    async (kind) => {
      const organizationId = randomUUID();
      const text = mintText(kind, organizationId);
      expect(await findLeaks(text)).toMatchObject([{ token: { kind, organizationId } }]);
      const changed = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
      const [leak] = await findLeaks(changed);
      expect(leak).toMatchObject({ from: 0, to: text.length });
      expect(leak?.token).toBeUndefined();
    },
  );

  test.each([
    'INC-77: the nightly load of data-lake failed, I have to look at the logs',
    'dana@example.com,kai@example.com',
    'alpha:project-editor,beta:project-reader',
    'https://wiki.example.com/runbooks/on-call#restart-the-queue-in-the-right-order',
    randomUUID(),
    'a1b2c3d4e5f60718',
    '0 9 * * mon',
    'Ключ лежит в сейфе 🔑',
    '',
  ])('what is no secret stays as it is: %s', async (text) => {
    expect(await cut(text)).toBe(text);
  });
});
