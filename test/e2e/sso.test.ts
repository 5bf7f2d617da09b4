import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { createBrowser, type OpenIdProvider, startOpenId } from '../support/openid.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('single sign-on on invitations, on $platform', ({ startSide }) => {
  let story: Story;
  let openId: OpenIdProvider;
  let ada: Seat;
  let chromium: Browser;
  beforeAll(async () => {
    story = await startStory(startSide);
    openId = await startOpenId({ redirect: `${story.app.origin}/sso/callback` });
    chromium = await launchBrowser();
    ada = story.seat('ada');
    await ada.types('/org create Acme model:crusoe');
    await ada.sees('Acme is yours to run');
  }, 60_000);
  afterAll(async () => {
    await Promise.all([openId.stop(), chromium.close()]);
  });

  test('CR-04 without a provider there is no such choice, in the form or typed', async () => {
    await ada.types('/org invite send');
    await ada.sees('E-mail', 'form');
    ada.doesNotSee('Must use single sign-on');
    await story.nothingHappens(async () => {
      await ada.types('/org invite send dana@acme.example sso');
      await ada.sees('has no single sign-on');
    });
  });

  test('an administrator names the provider; its secret goes into the form alone and is never seen again', async () => {
    await ada.types(`/org settings set sso-issuer ${openId.issuer}`);
    await ada.sees(['sso-issuer is set', openId.issuer]);
    await ada.types(`/org settings set sso-client-id ${openId.clientId}`);
    await ada.sees('sso-client-id is set');
    await story.nothingHappens(async () => {
      await ada.types('/org settings set sso-client-secret typed-in-a-message');
      await ada.sees(['sso-client-secret was not set', 'into the form']);
    });
    await ada.types('/org settings set sso-client-secret');
    await ada.sees('Value', 'form');
    await ada.submits({ Value: openId.clientSecret });
    await ada.sees(['sso-client-secret is set', 'never shown again']);
    ada.doesNotSee(openId.clientSecret);
    await ada.types('/org settings show');
    await ada.sees(['sso-client-secret: set, and never shown again', openId.issuer]);
    expect(story.app.log.join('\n')).not.toContain(openId.clientSecret);
  });

  test('CR-04 CR-05 then the form offers it, and who is invited so signs in to join', async () => {
    const dana = story.seat('dana');
    await ada.types('/org invite send');
    await ada.sees('Must use single sign-on', 'form');
    await ada.types(`/org invite send ${dana.email} sso`);
    await ada.sees([`Invitation sent to ${dana.email}`, 'Single sign-on']);
    const offer = await dana.opensLink();
    expect(offer.page).toContain('sign in through Acme');
    const answer = await dana.accepts();
    expect(answer.status).toBe(403);
    const start = /class="button" href="([^"]+)"/.exec(answer.page)?.[1] ?? '';
    expect(start).toContain('/sso/start?ticket=');
    openId.who = { email: dana.email, email_verified: true };
    const browser = createBrowser();
    const done = await browser.press(await browser.open(start));
    expect(done.page).toContain('You are in Acme');
    await ada.types('/org audit list action:invitation.accepted');
    await ada.sees([dana.email, ' · sso']);
  });

  test('sso-not-used: its fix asks a member who came in past the provider to sign in, who keeps what they have', async () => {
    const eli = story.seat('eli');
    await ada.types(`/org invite send ${eli.email} role:org-reader`);
    await ada.sees(`Invitation sent to ${eli.email}`);
    await eli.opensLink();
    expect((await eli.accepts()).status).toBe(200);
    const found = `${eli.email} joined without signing in`;
    await ada.types('/org drift show rule:sso-not-used');
    await ada.sees(found);
    await ada.clicks('Fix', { on: found, of: eli.email });
    await ada.sees(['/org invite send', eli.email, 'sso:yes', 'Nothing has changed yet']);
    await ada.clicks('Fix', { on: 'Nothing has changed yet' });
    await ada.sees([`${eli.email} is asked to sign in`, 'stays open']);
    expect(await eli.reads('Sign in to Acme')).toContain('You keep the access that you have');
    const offer = await eli.opensLink();
    expect(offer.page).toContain('org-reader');
    const answer = await eli.accepts();
    expect(answer.status).toBe(403);
    openId.who = { email: eli.email, email_verified: true };
    const browser = createBrowser();
    const start = /class="button" href="([^"]+)"/.exec(answer.page)?.[1] ?? '';
    expect((await browser.press(await browser.open(start))).page).toContain('with the role org-reader');
    await ada.types('/org drift show rule:sso-not-used');
    const left = await ada.sees(/finding|drifted/);
    expect(left.text).not.toContain(found);
    await ada.types(`/org audit list target:${eli.email}`);
    await ada.sees(['member.signed-in', 'fixes DRF-']);
    await ada.types(`/org invite send ${eli.email} sso`);
    await ada.sees('is a member already');
  });

  test('abuse 28: who comes back with another address is refused, and the inviter hears of it once, with a way to revoke', async () => {
    const cleo = story.seat('cleo');
    await ada.types(`/org invite send ${cleo.email} sso`);
    await ada.sees(`Invitation sent to ${cleo.email}`);
    await cleo.opensLink();
    openId.who = { email: 'mallory@example.org', email_verified: true };
    for (const alerts of [1, 1]) {
      const start = /class="button" href="([^"]+)"/.exec((await cleo.accepts()).page)?.[1] ?? '';
      const browser = createBrowser();
      expect((await browser.press(await browser.open(start))).page).not.toContain('You are in Acme');
      await ada.types('/org audit list action:invitation.wrong-address');
      const told = await ada.sees(['invitation.wrong-address', cleo.email, 'mallory@example.org']);
      expect(told.text.split('invitation.wrong-address').length - 1).toBe(alerts);
    }
    const alert = `Somebody else tried to accept your invitation of ${cleo.email}`;
    const pressLate = await ada.keeps('Revoke', { on: alert });
    await ada.clicks('Revoke', { on: alert });
    await ada.sees(cleo.email);
    const copy = () => story.side.shown('ada').find(({ text }) => text.includes(alert));
    await expect.poll(() => copy()?.text, { timeout: 10_000 }).toContain('The invitation is revoked now.');
    expect(copy()?.buttons).toEqual([]);
    await story.nothingHappens(async () => {
      await pressLate();
      await ada.sees([cleo.email, 'is revoked already']);
    });
    await ada.types('/org invite list state:revoked');
    await ada.sees(cleo.email);
  });

  test('CR-05 in a real browser the same way goes from the letter to the membership', async () => {
    const ben = story.seat('ben');
    await ada.types(`/org invite send ${ben.email} sso`);
    await ada.sees(`Invitation sent to ${ben.email}`);
    const link = /\S+\/invitations#\S+/.exec(await ben.reads('invites you'))?.[0] ?? '';
    openId.who = { email: ben.email, email_verified: true };
    const page = await chromium.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(link);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('link', { name: 'Continue to the sign-in' }).click();
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.getByRole('heading', { name: 'You are in Acme' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });
});
