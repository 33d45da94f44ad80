import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  describeInBrowser,
  expectRefused,
  expectSound,
  WIDTHS,
  type WatchedPage,
} from './browser.fixture.js';
import { alertInFocus, SampleFixture } from './sample.fixture.js';

const ADA = 'ada@example.com';
const TYPED = '20 12 34 56';
const PHONE = '+4520123456';

/** Runs in the page: follows the link past the navigation. */
const SKIPS_NAVIGATION = `new Promise(resolve => {
  addEventListener('hashchange', () => resolve(), { once: true });
  document.querySelector('.skip').click();
})`;

/** Runs in the page: whether the list of countries is as wide as its longest text. */
const SHOWS_ALL = `(() => {
  const [field] = document.getElementsByName('country');
  const copy = field.cloneNode(true);
  copy.style.width = 'max-content';
  field.after(copy);
  const isAll = field.offsetWidth >= copy.offsetWidth;
  copy.remove();
  return isAll;
})()`;

describeInBrowser('signing up', () => {
  const fixture = new SampleFixture();

  const go = (page: Page) => page.getByRole('button', { name: 'Continue' }).click();
  const email = (page: Page) => page.getByLabel('E-mail address');
  const phone = (page: Page) => page.getByLabel('Phone number');
  const code = (page: Page) => page.getByLabel('Code', { exact: true });
  const resend = (page: Page) => page.getByRole('button', { name: /^(Send a new|New) code/ });
  const token = (page: Page) => page.locator('[name=checkify_token]').inputValue();
  const heading = (page: Page) => page.locator('h2:focus').innerText();

  async function scan(page: Page, person = 'a human'): Promise<void> {
    await page.getByRole('button', { name: 'Verify with Checkify' }).click();
    await page.getByRole('button', { name: person }).click();
  }

  async function solve(page: Page): Promise<void> {
    await page.getByLabel('In this browser (HumanProof)').check();
    await page.getByRole('button', { name: 'Prove it' }).click();
  }

  async function toThePhone(watched: WatchedPage): Promise<void> {
    const { page } = watched;
    await email(page).fill(ADA);
    await go(page);
    await solve(page);
    await phone(page).waitFor();
    expectRefused(watched, '403 /signup'); // says which proof is missing
  }

  async function toTheCode(watched: WatchedPage): Promise<void> {
    await toThePhone(watched);
    await phone(watched.page).fill(TYPED);
    await go(watched.page);
    await code(watched.page).waitFor();
  }

  describe.each(WIDTHS)('at %d pixels', width => {
    const sound = (watched: Parameters<typeof expectSound>[0], name: string) =>
      expectSound(watched, `sample-signup-${name}`, [width]);

    it('ends with an account, for a human with a phone', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await sound(watched, 'start');
      await email(page).fill(ADA);
      await go(page);
      await page.getByRole('dialog', { name: 'Show that you are human' }).waitFor();
      expectRefused(watched, '403 /signup');
      await sound(watched, 'proof');
      await scan(page);
      await phone(page).waitFor();
      expect(await heading(page)).toBe('Confirm your phone');
      await sound(watched, 'phone');
      await phone(page).fill(TYPED);
      await sound(watched, 'phone-typed');
      expect(await page.evaluate(SHOWS_ALL)).toBe(true);
      await go(page);
      await code(page).waitFor();
      expect(await page.getByText(`We sent a code to ${PHONE}.`).count()).toBe(1);
      expect(await page.getByRole('heading', { name: 'Account created' }).count()).toBe(0);
      await sound(watched, 'code');
      const [inbox] = await Promise.all([
        page.waitForEvent('popup'),
        page.getByRole('link', { name: 'sandbox’s inbox' }).click(),
      ]);
      await code(page).fill(await inbox.locator('.otp').first().innerText());
      await go(page);
      await page.getByText(`Welcome, ${ADA}. You are human, and the phone ${PHONE} is yours.`).waitFor();
      expect(await heading(page)).toBe('Account created');
      await sound(watched, 'done');
      await page.getByRole('link', { name: 'Sign up again' }).click();
      await page.waitForLoadState();
      await email(page).fill(ADA);
      await go(page);
      await page.getByRole('dialog').waitFor(); // the proof is used up
    });

    it('refuses a form without a proof, and says what to do', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await email(page).fill(ADA);
      await go(page);
      await scan(page, 'nobody: decline');
      await page.getByText('Declined on the phone').waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      const said = await alertInFocus(page);
      expect(said).toContain('Show that you are human first');
      expect(said).toContain('Press Continue and do the check');
      expect(said).toContain('verification_required · 403');
      expect(await page.locator('.refusal:visible').innerText()).toMatch(/For developers$/);
      expectRefused(watched, '403 /signup');
      await sound(watched, 'refused');
    });

    it('shows an outage of Checkify, and accepts the same proof afterwards', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await fixture.breakDown('Checkify', '500 server_error');
      await email(page).fill(ADA);
      await go(page);
      await scan(page);
      const said = await alertInFocus(page);
      expect(said).toContain('We cannot check this right now');
      expect(said).toContain('verification_unavailable · 503');
      expect(await page.getByText('Answered on the phone').isVisible()).toBe(false);
      expectRefused(watched, '403 /signup', '503 /signup');
      await sound(watched, 'outage');
      fixture.sandbox.faults.clear();
      await go(page);
      await page.getByRole('button', { name: 'Use this proof' }).click();
      await phone(page).waitFor();
    });

    it('does not use up a proof for a mistyped address', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await email(page).fill('ada@example');
      await go(page);
      await scan(page);
      await page.getByText('Your proof is still good').waitFor();
      expect(await page.locator(':focus').getAttribute('name')).toBe('email');
      expect(await page.locator('#email-error').textContent()).toContain('Bad Request · 400');
      expect([(await token(page)) !== '', fixture.asked()]).toEqual([true, []]);
      expectRefused(watched, '403 /signup', '400 /signup');
      await sound(watched, 'mistyped');
      await email(page).fill(ADA);
      await page.keyboard.press('Enter');
      await phone(page).waitFor();
      expect(fixture.asked()).toEqual(['/v1/qr/results/verify']);
    });

    it('keeps the focus at a wrong code, and leads to another code after five', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await toTheCode(watched);
      for (let guess = 1; guess <= 4; guess++) {
        await code(page).fill(`00000${guess}`);
        await go(page);
        await page.locator('#code-error:visible').waitFor();
        expect(await page.locator('#code-error').textContent()).toMatch(
          /^This code is not right\. [^]*verification_rejected · 403$/,
        );
        expect(await page.locator(':focus').getAttribute('name')).toBe('verify_code');
      }
      expectRefused(watched, ...Array<string>(4).fill('403 /signup/phone/verify'));
      await sound(watched, 'wrong-code');
      await code(page).fill('000005');
      await go(page);
      expect(await alertInFocus(page)).toMatch(
        /Too many wrong codes[^]*Send yourself a new code\.[^]*verification_rejected · 403/,
      );
      expect(await code(page).isVisible()).toBe(false); // only a new code helps
      expectRefused(watched, '403 /signup/phone/verify');
      await sound(watched, 'no-guesses');
      await resend(page).click(); // as soon as the button is enabled
      await page.getByText('We sent a new code').waitFor();
      expect(await page.locator(':focus').getAttribute('name')).toBe('verify_code');
      await code(page).fill(fixture.sandbox.engagelab.lastCode(PHONE));
      await go(page);
      await page.getByRole('heading', { name: 'Account created' }).waitFor();
    });

    it('counts down to another code, and says how long to wait after three', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await page.clock.install();
      await toTheCode(watched);
      expect(await resend(page).innerText()).toMatch(/^New code in (30|2\d) seconds$/);
      expect(await resend(page).isDisabled()).toBe(true);
      for (let sent = 2; sent <= 4; sent++) {
        await page.clock.fastForward(31_000);
        const answer = page.waitForResponse(/signup\/phone$/);
        await resend(page).click();
        expect((await answer).status()).toBe(sent <= 3 ? 201 : 429);
      }
      expect(await alertInFocus(page)).toMatch(
        /We have sent you enough codes[^]*You can get another one in 1?\d minutes\.[^]*verification_limited · 429/,
      );
      expect(await resend(page).innerText()).toMatch(/^New code in 1?\d minutes$/);
      expectRefused(watched, '429 /signup/phone');
      await sound(watched, 'limited');
      await code(page).fill(fixture.sandbox.engagelab.lastCode(PHONE)); // the newest code still works
      await go(page);
      await page.getByRole('heading', { name: 'Account created' }).waitFor();
    });

    it('says at the field what is no phone number', async () => {
      const watched = await fixture.visit('/signup', width);
      const { page } = watched;
      await toThePhone(watched);
      for (const [typed, said] of [
        ['20 12 34 5', 'This is no phone number. '],
        ['', 'Enter your phone number, '],
        [ADA, 'Enter your phone number, '],
      ] as const) {
        await phone(page).fill(typed);
        await page.keyboard.press('Enter');
        await page.locator('#phone-error:visible').getByText(said).waitFor();
        expect(await page.locator(':focus').getAttribute('name')).toBe('phone');
      }
      expectRefused(watched, '400 /signup/phone');
      await sound(watched, 'no-number');
      await page.getByLabel('Country code').selectOption('+46');
      await phone(page).fill('070 123 45 67');
      await page.keyboard.press('Enter');
      await page.getByText('We sent a code to +46701234567.').waitFor();
    });
  });

  it('keeps the step at a reload and at Back', async () => {
    const watched = await fixture.visit('/signup');
    const { page } = watched;
    await page.goto(`${fixture.url}/signup#phone-step`);
    await email(page).waitFor(); // nobody skips a step
    await toTheCode(watched);
    await page.reload();
    await code(page).waitFor();
    await page.getByRole('link', { name: 'Use another number' }).click();
    await phone(page).waitFor();
    await page.goBack();
    await code(page).waitFor();
    await page.goBack();
    await phone(page).waitFor();
    await page.reload();
    expect(await page.getByText(`Hello ${ADA}.`).isVisible()).toBe(true);
    await page.goForward();
    await code(page).fill(fixture.sandbox.engagelab.lastCode(PHONE));
    await go(page);
    await page.getByRole('heading', { name: 'Account created' }).waitFor();
    await page.reload();
    await page.getByText(`the phone ${PHONE} is yours`).waitFor();
    expect(watched.trouble).toEqual([]);
  });

  it('sends only the proof that the visitor chose', async () => {
    const { page } = await fixture.visit('/signup');
    await email(page).fill(ADA);
    await go(page);
    await page.getByRole('button', { name: 'Verify with Checkify' }).click();
    await solve(page);
    await phone(page).waitFor();
    expect(fixture.asked()).toEqual(['/api/siteverify']);
  });

  it('says that an address is not complete before it asks for a proof', async () => {
    const { page, trouble } = await fixture.visit('/signup');
    await email(page).fill('ada@');
    await go(page);
    await page.getByText('Enter a complete e-mail address').waitFor();
    expect([await page.getByRole('dialog').isVisible(), trouble]).toEqual([false, []]);
  });

  it('needs a new proof after a refusal', async () => {
    const { page } = await fixture.visit('/signup');
    await email(page).fill('ada@example');
    await go(page);
    await scan(page);
    await page.getByText('Your proof is still good').waitFor();
    fixture.sandbox.checkify.expire(await token(page));
    await email(page).fill(ADA);
    await go(page);
    expect(await alertInFocus(page)).toContain('verification_rejected · 403');
    expect([await token(page), await email(page).inputValue()]).toEqual(['', ADA]);
    await go(page);
    await scan(page);
    await phone(page).waitFor();
  });

  it.each([
    ['HumanProof', '503', 'verification_unavailable · 503'],
    ['HumanProof', 'garbage', 'verification_unavailable · 503'],
  ])('shows an outage of %s (%s)', async (provider, fault, code) => {
    const { page } = await fixture.visit('/signup');
    await fixture.breakDown(provider, fault);
    await email(page).fill(ADA);
    await go(page);
    await solve(page);
    expect(await alertInFocus(page)).toContain(code);
  });

  it('says that no code can be sent', async () => {
    const watched = await fixture.visit('/signup');
    const { page } = watched;
    await toThePhone(watched);
    await phone(page).fill(PHONE);
    await fixture.breakDown('EngageLab OTP', '500 1000 internal error');
    await go(page);
    expect(await alertInFocus(page)).toContain('verification_unavailable · 503');
    expectRefused(watched, '503 /signup/phone');
    await expectSound(watched, 'sample-signup-no-code');
  });

  it('accepts the newest code in every tab', async () => {
    const watched = await fixture.visit('/signup');
    const { page } = watched;
    await toTheCode(watched);
    const other = await page.context().newPage();
    await other.goto(`${fixture.url}/signup`);
    await email(other).fill(ADA);
    await go(other);
    await phone(other).fill(TYPED);
    await go(other);
    await code(other).waitFor();
    await code(page).fill(fixture.sandbox.engagelab.lastCode(PHONE));
    await go(page);
    await page.getByRole('heading', { name: 'Account created' }).waitFor();
  });

  it('asks again somebody whose proof was forgotten, before it sends a code', async () => {
    const watched = await fixture.visit('/signup');
    const { page } = watched;
    await toThePhone(watched);
    await page.context().clearCookies();
    await page.reload();
    await phone(page).fill(PHONE);
    await go(page);
    await page.getByRole('dialog').waitFor();
    expect(fixture.sandbox.engagelab.inbox(PHONE)).toEqual([]);
    await solve(page);
    await code(page).waitFor();
  });

  it.each(['/signup', '/contact'])('says without JavaScript that %s needs it', async path => {
    const watched = await fixture.visit(path, 360, { javaScriptEnabled: false });
    expect(await watched.page.locator('noscript .slot').innerText()).toBe(
      'Turn on JavaScript. The check needs it.',
    );
    expect(await watched.page.locator('main').getByRole('button').count()).toBe(0);
  });

  it('keeps the step behind the link past the navigation', async () => {
    const watched = await fixture.visit('/signup');
    const { page } = watched;
    await toTheCode(watched);
    await page.evaluate(SKIPS_NAVIGATION);
    expect(await code(page).isVisible()).toBe(true);
    await page.reload();
    await code(page).waitFor();
  });

  it('works without a mouse', async () => {
    const { page } = await fixture.visit('/signup');
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('Tab', 'Enter', 'Tab'); // past the navigation
    await page.keyboard.type(ADA);
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await press('ArrowDown', 'Tab', 'Enter');
    await phone(page).waitFor();
    await press('Tab', 'Tab');
    await page.keyboard.type(TYPED);
    await press('Enter');
    await code(page).waitFor();
    await press('Tab', 'Tab');
    await page.keyboard.type(fixture.sandbox.engagelab.lastCode(PHONE));
    await press('Enter');
    await page.getByRole('heading', { name: 'Account created' }).waitFor();
  });

  it('says that the shop does not answer', async () => {
    const { page } = await fixture.visit('/signup');
    await page.context().setOffline(true);
    await email(page).fill(ADA);
    await go(page);
    expect(await alertInFocus(page)).toContain('The shop does not answer');
  });
});
