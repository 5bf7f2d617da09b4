import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Letters {
  /** For `SMTP_URL`. */
  url: string;
  to(address: string): Email[];
  /** Throws away what has come until now. */
  forget(): void;
  stop(): Promise<void>;
}

/** A real mail server on loopback that keeps what it is given. */
export async function startLetters(): Promise<Letters> {
  const received: { to: string[]; mail: Email }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const to = session.envelope.rcptTo.map(({ address }) => address.toLowerCase());
        received.push({ to, mail: await PostalMime.parse(Buffer.concat(chunks)) });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    to: (address) => received.filter(({ to }) => to.includes(address.toLowerCase())).map(({ mail }) => mail),
    forget: () => void received.splice(0),
    stop: () => new Promise((closed) => server.close(() => closed())),
  };
}
