import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { createMail, type Mail } from '../../src/mail/send.ts';
import { PlatformError } from '../../src/platforms/platform.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface Received {
  to: string[];
  mail: Email;
}

const smtp = async (
  answers: Pick<SMTPServerOptions, 'onRcptTo' | 'onAuth' | 'authOptional'> = {},
): Promise<{ received: Received[]; port: number }> => {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...answers,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          mail: await PostalMime.parse(Buffer.concat(chunks)),
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  open.push({ close: () => new Promise<void>((closed) => server.close(() => closed())) });
  return { received, port: (server.server.address() as AddressInfo).port };
};

const mailTo = (port: number, sign = ''): Mail => {
  const mail = createMail({
    smtpUrl: `smtp://${sign}127.0.0.1:${port}`,
    from: 'Rollcall <rollcall@example.com>',
  });
  open.unshift(mail);
  return mail;
};

const letter = { to: 'dana@example.com', subject: 'Hello', text: 'plain words', html: '<p>rich words</p>' };

test('a letter arrives with a plain and an HTML part, from the configured sender', async () => {
  const { received, port } = await smtp();
  await mailTo(port).send(letter);
  expect(received).toHaveLength(1);
  expect(received[0]?.to).toEqual(['dana@example.com']);
  const { mail } = received[0] ?? {};
  expect(mail?.from?.address).toBe('rollcall@example.com');
  expect(mail?.subject).toBe('Hello');
  expect(mail?.text?.trim()).toBe('plain words');
  expect(mail?.html?.trim()).toBe('<p>rich words</p>');
});

test('a subject cannot become another header, nor an address another recipient', async () => {
  const { received, port } = await smtp();
  const mail = mailTo(port);
  await mail.send({ ...letter, subject: 'Join\r\nBcc: eve@example.com\r\n\r\nforged' });
  expect(received[0]?.to).toEqual(['dana@example.com']);
  expect(received[0]?.mail.bcc ?? []).toEqual([]);
  expect(received[0]?.mail.subject).toBe('Join Bcc: eve@example.com forged');
  expect(received[0]?.mail.text?.trim()).toBe('plain words');
  for (const to of [
    'dana@example.com\r\nBcc: eve@example.com',
    'dana@example.com, eve@example.com',
    'a <eve@example.com>',
  ]) {
    await expect(mail.send({ ...letter, to })).rejects.toMatchObject({ code: 'refused' });
  }
  expect(received).toHaveLength(1);
});

test('a temporary answer means later, a final one means refused, and neither says whom or what', async () => {
  const answer = (responseCode: number) =>
    smtp({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('mailbox of dana'), { responseCode })),
    });
  for (const [responseCode, code] of [
    [450, 'later'],
    [550, 'refused'],
  ] as const) {
    const { port } = await answer(responseCode);
    const refusal = mailTo(port).send(letter);
    await expect(refusal).rejects.toBeInstanceOf(PlatformError);
    await expect(refusal).rejects.toMatchObject({
      code,
      message: `The mail server answered ${responseCode}.`,
    });
  }
});

test('a server that cannot be reached, or does not know us, means later', async () => {
  const { port } = await smtp({
    authOptional: false,
    onAuth: (_auth, _session, done) => done(new Error('who are you')),
  });
  const signedIn = mailTo(port, 'user:hunter2@');
  await expect(signedIn.send(letter)).rejects.toMatchObject({ code: 'later' });
  const health = await signedIn.health();
  expect(health.ok).toBe(false);
  expect(JSON.stringify(health)).not.toContain('hunter2');
  const nobody = createMail({ smtpUrl: 'smtp://127.0.0.1:1', from: 'rollcall@example.com' });
  open.unshift(nobody);
  await expect(nobody.send(letter)).rejects.toMatchObject({ code: 'later' });
});

test('health asks the server', async () => {
  const { port } = await smtp();
  expect(await mailTo(port).health()).toEqual({ name: 'mail', ok: true, detail: 'The mail server answers.' });
});

test('in the playground letters go to its inbox, under the same rules', async () => {
  const inbox: unknown[] = [];
  const mail = createMail({
    from: 'rollcall@example.com',
    inbox: { receive: (got) => void inbox.push(got) },
  });
  expect(mail.configured).toBe(true);
  await mail.send(letter);
  await expect(mail.send({ ...letter, to: 'a@example.com,b@example.com' })).rejects.toMatchObject({
    code: 'refused',
  });
  expect(inbox).toEqual([letter]);
});

test('without a mail server nothing is sent, and that is said', async () => {
  const mail = createMail({ from: 'rollcall@example.com' });
  expect(mail.configured).toBe(false);
  await expect(mail.send(letter)).rejects.toMatchObject({ code: 'refused' });
});
