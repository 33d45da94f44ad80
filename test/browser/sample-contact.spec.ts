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
    await page.locator('[data-state=solved]:visible').waitFor();
  }

  describe.each(WIDTHS)('at %d pixels', width => {
    const sound = (watched: Parameters<typeof expectSound>[0], name: string) =>
      expectSound(watched, `sample-contact-${name}`, [width]);

    it('ends with a message that is sent', async () => {
      const watched = await fixture.visit('/contact', width);
      const { page } = watched;
      await sound(watched, 'start');
      await write(page);
      await solve(page, 'hCaptcha');
      await sound(watched, 'solved');
      await send(page);
      await page.getByText('Thank you.').waitFor();
      expect(await page.locator('h2:focus').innerText()).toBe('Message sent');
      await sound(watched, 'sent');
    });

    it('keeps the proof when the message is empty', async () => {
      const watched = await fixture.visit('/contact', width);
      const { page } = watched;
      await solve(page, 'Turnstile');
      await send(page);
      await page.getByText('Write a message first. Your proof is still good.').waitFor();
      expectRefused(watched, '400 /contact');
      await sound(watched, 'empty');
      expect(fixture.asked()).toEqual([]);
      await write(page);
      await send(page);
      await page.getByRole('heading', { name: 'Message sent' }).waitFor();
    });

    it('is refused without a proof', async () => {
      const watched = await fixture.visit('/contact', width);
      const { page } = watched;
      await write(page);
      await send(page);
      expect(await alertInFocus(page)).toContain('verification_required · 403');
      expectRefused(watched, '403 /contact');
      await sound(watched, 'refused');
      expect(fixture.asked()).toEqual([]);
    });
  });

  it.each(CAPTCHAS)('asks the captcha that was chosen, and no other: %s', async (captcha, _, path) => {
    const { page, trouble } = await fixture.visit('/contact');
    await write(page);
    await solve(page, 'Turnstile');
    if (captcha !== 'Turnstile') await solve(page, captcha);
    await send(page);
    await page.getByRole('heading', { name: 'Message sent' }).waitFor();
    expect([fixture.asked(), trouble]).toEqual([[path], []]);
  });

  it.each(CAPTCHAS)('starts over when the proof of %s is too old', async (captcha, name, _) => {
    const watched = await fixture.visit('/contact');
    const { page } = watched;
    await write(page);
    await solve(page, captcha);
    const token = await page.locator('form[name=contact] input[type=hidden]:enabled').inputValue();
    fixture.sandbox[name].expire(token);
    await send(page);
    expect(await alertInFocus(page)).toContain('verification_rejected · 403');
    expectRefused(watched, '403 /contact');
    await solve(page, captcha);
    await send(page);
    await page.getByRole('heading', { name: 'Message sent' }).waitFor();
  });

  it('goes on with another captcha when one is down', async () => {
    const watched = await fixture.visit('/contact');
    const { page } = watched;
    await write(page);
    await fixture.breakDown('reCAPTCHA', 'drop');
    await solve(page, 'reCAPTCHA');
    await send(page);
    expect(await alertInFocus(page)).toContain('verification_unavailable · 503');
    expectRefused(watched, '503 /contact');
    await expectSound(watched, 'sample-contact-outage');
    await solve(page, 'Friendly Captcha');
    await send(page);
    await page.getByRole('heading', { name: 'Message sent' }).waitFor();
  });
});
