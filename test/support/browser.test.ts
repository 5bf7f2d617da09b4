import { afterAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';

const browser = await launchBrowser();
afterAll(() => browser.close());

test('a headless browser opens a page, clicks and takes a picture', async () => {
  const page = await browser.newPage();
  await page.setContent('<button onclick="this.textContent = `clicked`">click</button>');
  await page.getByRole('button', { name: 'click' }).click();
  await page.getByRole('button', { name: 'clicked' }).waitFor();
  const picture = await page.screenshot();
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
});
