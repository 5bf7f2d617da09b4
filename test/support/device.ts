import type { Browser, CDPSession, Page } from 'playwright-core';
import type { Seat } from './story.ts';

/** Somebody's own browser, with an authenticator in it that knows them. */
export interface Device {
  page: Page;
  /** Whether the authenticator recognises its person from now on. */
  recognises(is: boolean): Promise<void>;
  follows(link: string): Promise<void>;
  sees(title: string): Promise<string>;
  presses(label: string): Promise<void>;
  close(): Promise<void>;
}

export const takeDevice = async (browser: Browser): Promise<Device> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const cdp: CDPSession = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    page,
    recognises: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    follows: async (link) => {
      // The same page with another fragment would not be loaded again.
      await page.goto('about:blank');
      await page.goto(link);
    },
    sees: async (title) => {
      await page.getByRole('heading', { name: title, level: 1 }).waitFor({ timeout: 10_000 });
      return page.locator('main').innerText();
    },
    presses: async (label) => page.getByRole('button', { name: label }).click(),
    close: () => context.close(),
  };
};

/** The link of the newest letter, or answer, that somebody has in front of them. */
export const linkIn = (text: string, path: string): string =>
  new RegExp(`https?://\\S+/passkeys/${path}#\\S+`).exec(text)?.[0] ?? '';

/** Adds a passkey as people do: asked for in chat, mailed, made by their device. */
export const enrols = async (seat: Seat, device: Device, name = 'laptop'): Promise<void> => {
  await seat.types(`/access passkey add ${name}`);
  await seat.sees('A link is on its way');
  await device.follows(linkIn(await seat.reads(`Add your passkey “${name}”`), 'add'));
  await device.sees('Add your passkey');
  await device.presses('Add passkey');
  await device.sees('Your passkey is added');
};
