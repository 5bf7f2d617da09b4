import { createTransport } from 'nodemailer';
import { type Health, PlatformError } from '../platforms/platform.ts';
import type { Letter } from './letter.ts';

export interface AddressedLetter extends Letter {
  to: string;
}

export interface Mail {
  configured: boolean;
  /** @throws PlatformError `later` where the server may take it yet, `refused` where it never will */
  send(letter: AddressedLetter): Promise<void>;
  health(): Promise<Health>;
  close(): void;
}

/** Where letters go in the playground instead of a mail server. */
export interface Inbox {
  receive(letter: AddressedLetter): void | Promise<void>;
}

const TIMEOUT_MS = 15_000;

export const createMail = (parts: { smtpUrl?: string | undefined; from: string; inbox?: Inbox }): Mail => {
  const { smtpUrl, from, inbox } = parts;
  if (inbox) return toInbox(inbox);
  if (smtpUrl === undefined) return unconfigured;
  const transport = createTransport(
    {
      url: smtpUrl,
      pool: true,
      maxConnections: 3,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: 2 * TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  return {
    configured: true,
    send: async (letter) => {
      const { to, subject, text, html } = checked(letter);
      try {
        await transport.sendMail({ to: { name: '', address: to }, subject, text, html });
      } catch (error) {
        throw asPlatformError(error);
      }
    },
    health: async () => {
      try {
        await transport.verify();
        return { name: 'mail', ok: true, detail: 'The mail server answers.' };
      } catch (error) {
        return { name: 'mail', ok: false, detail: asPlatformError(error).message };
      }
    },
    close: () => transport.close(),
  };
};

const toInbox = (inbox: Inbox): Mail => ({
  configured: true,
  send: async (letter) => inbox.receive(checked(letter)),
  health: async () => ({ name: 'mail', ok: true, detail: 'Letters go to the playground.' }),
  close: () => undefined,
});

const unconfigured: Mail = {
  configured: false,
  send: async () => {
    throw new PlatformError('refused', 'No mail server is configured (SMTP_URL).');
  },
  health: async () => ({
    name: 'mail',
    ok: true,
    detail: 'Not configured: links go out by `/org invite copy`.',
  }),
  close: () => undefined,
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a header
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]+/g;
const ONE_ADDRESS = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/;

/** One address and one line of subject: nothing in them can become another header or another recipient. */
const checked = (letter: AddressedLetter): AddressedLetter => {
  if (!ONE_ADDRESS.test(letter.to)) throw new PlatformError('refused', 'That is not one e-mail address.');
  return { ...letter, subject: letter.subject.replace(CONTROL, ' ').trim() };
};

/** The server's answer without anything of ours in it: no address, no password, no letter. */
const asPlatformError = (error: unknown): PlatformError => {
  const { responseCode, code } = (error ?? {}) as { responseCode?: number; code?: string };
  if (code === 'EAUTH') return new PlatformError('later', 'The mail server refuses our sign-in.');
  if (responseCode !== undefined) {
    return new PlatformError(
      responseCode >= 500 ? 'refused' : 'later',
      `The mail server answered ${responseCode}.`,
    );
  }
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    return new PlatformError('refused', 'The mail server takes no such letter.');
  }
  return new PlatformError('later', `The mail server cannot be reached (${code ?? 'no answer'}).`);
};
