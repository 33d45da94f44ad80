import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser, expectRefused, expectSound, WIDTHS } from './browser.fixture.js';
import { alertInFocus, SampleFixture } from './sample.fixture.js';

// The name for people, the provider, and the path of the call that verifies.
const CAPTCHAS = [
  ['Turnstile', 'turnstile', '/turnstile/v0/siteverify'],
  ['hCaptcha', 'hcaptcha', '/siteverify'],
  ['reCAPTCHA', 'recaptcha', '/recaptcha/api/siteverify'],
  ['Friendly Captcha', 'friendly-captcha', '/api/v2/captcha/siteverify'],
  ['HumanProof', 'humanproof', '/api/siteverify'],
] as const;

describeInBrowser('writing a message', () => {
  const fixture = new SampleFixture();

  const write = (page: Page) => page.getByLabel('Message', { exact: true }).fill('Hello');
  const send = (page: Page) => page.getByRole('button', { name: 'Send message' }).click();

  async function solve(page: Page, captcha: string): Promise<void> {
    await page.getByLabel(captcha, { exact: true }).check();
    await page.getByRole('button', { name: 'Prove it' }).click();
  }

  describe.each(WIDTHS)('at %d pixels', width => {
    const sound = (watched: Parameters<typeof expectSound>[0], name: string) =>
      expectSound(watched, `sample-contact-${name}`, [width]);

    it('ends with a message that is sent', async () => {
      const watched = await fixture.visit('/contact', width);
      const { page } = watched;
      await sound(watched, 'start');
      await write(page);
      await send(page);
      await page.getByRole('dialog', { name: 'Show that you are human' }).waitFor();
      expectRefused(watched, '403 /contact'); // says which proofs would do
      await sound(watched, 'proof');
      await solve(page, 'hCaptcha');
      await page.getByText('Thank you.').waitFor();
      expect(await page.locator('h2:focus').innerText()).toBe('Message sent');
      await sound(watched, 'sent');
    });

    it('asks for a message before it asks for a proof', async () => {
      const watched = await fixture.visit('/contact', width);
      const { page } = watched;
      await send(page);
      await page.getByText('Write a message first.').waitFor();
      await sound(watched, 'empty');
      expect(await page.getByRole('dialog').isVisible()).toBe(false);
    });

    it('is refused without a proof', async () => {
      const watched = await fixture.visit('/contact', width);
      const { page } = watched;
      await write(page);
      await send(page);
      await page.getByRole('button', { name: 'Cancel' }).click();
      expect(await alertInFocus(page)).toContain('verification_required · 403');
      expectRefused(watched, '403 /contact');
      await sound(watched, 'refused');
      expect(fixture.asked()).toEqual([]);
    });
  });

  it.each(CAPTCHAS)('asks the captcha that was chosen, and no other: %s', async (captcha, _, path) => {
    const { page } = await fixture.visit('/contact');
    await write(page);
    await send(page);
    await solve(page, captcha);
    await page.getByRole('heading', { name: 'Message sent' }).waitFor();
    expect(fixture.asked()).toEqual([path]);
  });

  it.each(CAPTCHAS)('starts over when the proof of %s is too old', async (captcha, name, _) => {
    const watched = await fixture.visit('/contact');
    const { page } = watched;
    await write(page);
    await page.route('**/contact', async route => {
      const form = (route.request().postDataJSON() ?? {}) as Record<string, string>;
      const token = Object.entries(form).find(([field]) => field !== 'message')?.[1];
      if (token !== undefined) fixture.sandbox[name].expire(token);
      await route.continue();
    });
    await send(page);
    await solve(page, captcha);
    expect(await alertInFocus(page)).toContain('verification_rejected · 403');
    expectRefused(watched, '403 /contact', '403 /contact');
    await page.unroute('**/contact');
    await send(page);
    await solve(page, captcha);
    await page.getByRole('heading', { name: 'Message sent' }).waitFor();
  });

  it('goes on with another captcha when one is down', async () => {
    const watched = await fixture.visit('/contact');
    const { page } = watched;
    await write(page);
    await fixture.breakDown('reCAPTCHA', 'drop');
    await send(page);
    await solve(page, 'reCAPTCHA');
    expect(await alertInFocus(page)).toContain('verification_unavailable · 503');
    expectRefused(watched, '403 /contact', '503 /contact');
    await expectSound(watched, 'sample-contact-outage');
    await send(page);
    await solve(page, 'Friendly Captcha');
    await page.getByRole('heading', { name: 'Message sent' }).waitFor();
  });
});
