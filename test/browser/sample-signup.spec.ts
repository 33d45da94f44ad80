import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser, expectRefused, expectSound, WIDTHS } from './browser.fixture.js';
import { alertInFocus, SampleFixture } from './sample.fixture.js';

const ADA = 'ada@example.com';
const TYPED = '20 12 34 56';
const PHONE = '+4520123456';

describeInBrowser('signing up', () => {
  const fixture = new SampleFixture();

  const send = (page: Page) => page.getByRole('button', { name: 'Create account' }).click();
  const email = (page: Page) => page.getByLabel('E-mail address');
  const code = (page: Page) => page.getByLabel('Code', { exact: true });
  const token = (page: Page) => page.locator('[name=checkify_token]').inputValue();
  const heading = (page: Page) => page.locator('h2:focus').innerText();

  async function scan(page: Page, person = 'a human'): Promise<void> {
    await page.getByRole('button', { name: 'Verify with Checkify' }).click();
    await page.getByRole('button', { name: person }).click();
    await page.getByText(/(Answered|Refused) on the phone/).waitFor();
  }

  async function solve(page: Page): Promise<void> {
    await page.getByLabel('In this browser (HumanProof)').check();
    await page.getByRole('button', { name: 'Prove it' }).click();
    await page.locator('human-proof[data-state=solved]').waitFor();
  }

  async function toThePhone(page: Page): Promise<void> {
    await email(page).fill(ADA);
    await solve(page);
    await send(page);
    await page.getByLabel('Phone number').waitFor();
  }

  async function toTheCode(page: Page): Promise<void> {
    await toThePhone(page);
    await page.getByLabel('Phone number').fill(TYPED);
    await page.getByRole('button', { name: 'Send me a code' }).click();
    await code(page).waitFor();
  }

  describe.each(WIDTHS)('at %d pixels', width => {
    const sound = (watched: Parameters<typeof expectSound>[0], name: string) =>
      expectSound(watched, `sample-signup-${name}`, [width]);

    it('ends with an account, for a human with a phone', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await sound(watched, 'start');
      await email(page).fill(ADA);
      await scan(page);
      await send(page);
      await page.getByLabel('Phone number').waitFor();
      expect(await heading(page)).toBe('Confirm your phone');
      await sound(watched, 'phone');
      await page.getByLabel('Phone number').fill(TYPED);
      await page.getByRole('button', { name: 'Send me a code' }).click();
      await code(page).waitFor();
      expect(await page.getByText(`We sent a code to ${TYPED}.`).count()).toBe(1);
      await sound(watched, 'code');
      const [inbox] = await Promise.all([
        page.waitForEvent('popup'),
        page.getByRole('link', { name: 'sandbox’s inbox' }).click(),
      ]);
      await code(page).fill(await inbox.locator('.otp').first().innerText());
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByText(`Welcome, ${ADA}. You are human, and the phone ${PHONE} is yours.`).waitFor();
      expect(await heading(page)).toBe('Account created');
      await sound(watched, 'done');
      await page.getByRole('link', { name: 'Sign up again' }).click();
      await email(page).fill(ADA);
      await send(page);
      expect(await alertInFocus(page)).toContain('verification_required · 403'); // the proof is used up
    });

    it('refuses a form without a proof, and says what to do', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await email(page).fill(ADA);
      await scan(page, 'nobody: refuse');
      await send(page);
      const said = await alertInFocus(page);
      expect(said).toContain('Show that you are human first');
      expect(said).toContain('Do the check above');
      expect(said).toContain('verification_required · 403');
      expectRefused(watched, '403 /signup');
      await sound(watched, 'refused');
    });

    it('shows an outage of Checkify, and accepts the same proof afterwards', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await fixture.breakDown('Checkify', '500 server_error');
      await email(page).fill(ADA);
      await scan(page);
      await send(page);
      const said = await alertInFocus(page);
      expect(said).toContain('We cannot check this right now');
      expect(said).toContain('verification_unavailable · 503');
      expectRefused(watched, '503 /signup');
      await sound(watched, 'outage');
      fixture.sandbox.faults.clear();
      await send(page); // with the same proof
      await page.getByLabel('Phone number').waitFor();
      expect(watched.trouble).toEqual([]);
    });

    it('does not use up a proof for a mistyped address', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await email(page).fill('ada@');
      await scan(page);
      const proof = await token(page);
      await send(page);
      await page.getByText('Your proof is still good').waitFor();
      expect(await page.locator(':focus').getAttribute('name')).toBe('email');
      expect(await page.locator('#email-error').innerText()).toContain('400 · Bad Request');
      expect([await token(page), fixture.asked()]).toEqual([proof, []]);
      expectRefused(watched, '400 /signup');
      await sound(watched, 'mistyped');
      await email(page).fill(ADA);
      await page.keyboard.press('Enter');
      await page.getByLabel('Phone number').waitFor();
      expect(fixture.asked()).toEqual(['/v1/qr/results/verify']);
      expect(watched.trouble).toEqual([]);
    });

    it('says at the field that a code is wrong, and in the sixth try when there is another', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await toTheCode(page);
      for (let guess = 1; guess <= 5; guess++) {
        await code(page).fill(`00000${guess}`);
        await page.getByRole('button', { name: 'Confirm' }).click();
        await page.locator('#code-error:visible').waitFor();
        expect(await page.locator('#code-error').innerText()).toMatch(
          /^This code is not right\. [^]*verification_rejected · 403$/,
        );
        expect(await page.locator(':focus').getAttribute('name')).toBe('verify_code');
      }
      expectRefused(watched, ...Array<string>(5).fill('403 /signup/phone/verify'));
      await sound(watched, 'wrong-code');
      await code(page).fill(fixture.sandbox.engagelab.lastCode(PHONE));
      await page.getByRole('button', { name: 'Confirm' }).click();
      expect(await alertInFocus(page)).toMatch(
        /Too many wrong codes[^]*Ask for another code\. You can try again in a second\.[^]*verification_limited · 429/,
      );
      expect(await page.locator('#code-error:visible').count()).toBe(0);
      expectRefused(watched, '429 /signup/phone/verify');
      await sound(watched, 'no-guesses');
      await page.getByRole('button', { name: 'Send another code' }).click();
      await page.getByText('We sent another code').waitFor();
      await code(page).fill(fixture.sandbox.engagelab.lastCode(PHONE));
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('heading', { name: 'Account created' }).waitFor();
    });

    it('says how long to wait after three codes', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await toTheCode(page);
      for (let sent = 2; sent <= 4; sent++) {
        const answer = page.waitForResponse(/signup\/phone$/);
        await page.getByRole('button', { name: 'Send another code' }).click();
        expect((await answer).status()).toBe(sent <= 3 ? 201 : 429);
      }
      expect(await alertInFocus(page)).toMatch(
        /We have sent you enough codes[^]*You can try again in (1?\d minutes|\d\d? seconds|a second)\.[^]*verification_limited · 429/,
      );
      expectRefused(watched, '429 /signup/phone');
      await sound(watched, 'limited');
      await code(page).fill(fixture.sandbox.engagelab.lastCode(PHONE)); // the newest code still works
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('heading', { name: 'Account created' }).waitFor();
    });

    it('says at the field what is no phone number', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await toThePhone(page);
      for (const [typed, said, status] of [
        ['20 12 34 5', 'This is no phone number. ', 'recipient_malformed · 400'],
        ['', 'Type a Danish number, ', '400 · Bad Request'],
        [ADA, 'Type a Danish number, ', '400 · Bad Request'],
      ] as const) {
        await page.getByLabel('Phone number').fill(typed);
        await page.keyboard.press('Enter');
        await page.locator('#phone-error:visible').getByText(said).waitFor();
        expect(await page.locator('#phone-error').innerText()).toContain(status);
        expect(await page.locator(':focus').getAttribute('name')).toBe('phone');
      }
      expectRefused(watched, ...Array<string>(3).fill('400 /signup/phone'));
      await sound(watched, 'no-number');
      await page.getByLabel('Phone number').fill('+45 20 12 34 56');
      await page.keyboard.press('Enter');
      await code(page).waitFor();
    });
  });

  it('sends only the proof that the visitor chose', async () => {
    const { page } = await fixture.visit('/signup');
    await email(page).fill(ADA);
    await scan(page);
    await solve(page);
    await send(page);
    await page.getByLabel('Phone number').waitFor();
    expect(fixture.asked()).toEqual(['/api/siteverify']);
  });

  it('asks for the proof before it looks at the form', async () => {
    const { page } = await fixture.visit('/signup');
    await email(page).fill('ada@');
    await send(page);
    expect(await alertInFocus(page)).toContain('verification_required · 403');
    expect(await page.locator('#email-error').isVisible()).toBe(false);
  });

  it('needs a new proof after a refusal', async () => {
    const { page } = await fixture.visit('/signup');
    await email(page).fill(ADA);
    await scan(page);
    fixture.sandbox.checkify.expire(await token(page));
    await send(page);
    expect(await alertInFocus(page)).toContain('verification_rejected · 403');
    expect([await token(page), await email(page).inputValue()]).toEqual(['', ADA]);
    await scan(page);
    await send(page);
    await page.getByLabel('Phone number').waitFor();
  });

  it.each([
    ['HumanProof', '503', 'verification_unavailable · 503'],
    ['HumanProof', 'garbage', 'verification_unavailable · 503'],
  ])('shows an outage of %s (%s)', async (provider, fault, code) => {
    const { page } = await fixture.visit('/signup');
    await fixture.breakDown(provider, fault);
    await email(page).fill(ADA);
    await solve(page);
    await send(page);
    expect(await alertInFocus(page)).toContain(code);
  });

  it('says that no code can be sent', async () => {
    const watched = await fixture.visit('/signup');
    const { page } = watched;
    await toThePhone(page);
    await page.getByLabel('Phone number').fill(PHONE);
    await fixture.breakDown('EngageLab OTP', '500 1000 internal error');
    await page.getByRole('button', { name: 'Send me a code' }).click();
    expect(await alertInFocus(page)).toContain('verification_unavailable · 503');
    expectRefused(watched, '503 /signup/phone');
    await expectSound(watched, 'sample-signup-no-code');
  });

  it('sends no code to somebody whose proof was forgotten', async () => {
    const { page } = await fixture.visit('/signup');
    await toThePhone(page);
    await page.context().clearCookies();
    await page.getByLabel('Phone number').fill(PHONE);
    await page.getByRole('button', { name: 'Send me a code' }).click();
    expect(await alertInFocus(page)).toMatch(/Show that you are human first[^]*Reload this page/);
    expect(fixture.sandbox.engagelab.inbox(PHONE)).toEqual([]);
  });

  it('works without a mouse', async () => {
    const { page, trouble } = await fixture.visit('/signup');
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('Tab', 'Enter', 'Tab'); // past the navigation
    await page.keyboard.type(ADA);
    await press('Tab', 'ArrowDown', 'Tab', 'Enter');
    await page.locator('human-proof[data-state=solved]').waitFor();
    await press('Tab', 'Enter');
    await page.getByLabel('Phone number').waitFor();
    await press('Tab');
    await page.keyboard.type(TYPED);
    await press('Enter');
    await page.getByLabel('Code', { exact: true }).waitFor();
    await press('Tab', 'Tab');
    await page.keyboard.type(fixture.sandbox.engagelab.lastCode(PHONE));
    await press('Enter');
    await page.getByRole('heading', { name: 'Account created' }).waitFor();
    expect(trouble).toEqual([]);
  });

  it('says that the shop does not answer', async () => {
    const { page } = await fixture.visit('/signup');
    await page.context().setOffline(true);
    await send(page);
    expect(await alertInFocus(page)).toContain('The shop does not answer');
  });
});
