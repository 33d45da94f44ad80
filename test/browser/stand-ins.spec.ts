import { afterEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ask, post } from '../sandbox/sandbox.fixture.js';
import { BrowserFixture, describeInBrowser, expectSound } from './browser.fixture.js';
import { Shop } from './shop.js';

const EMBED = '<checkify-verification request-type="age_over_18"></checkify-verification>';
const WIDGET = '<human-proof></human-proof>';
let shop: Shop | undefined;

describeInBrowser('the stand-ins in a browser', () => {
  const fixture = new BrowserFixture();

  afterEach(async () => {
    await shop?.close();
    shop = undefined;
  });

  async function visit(form: string, query = '') {
    shop = new Shop(fixture.sandbox, form);
    return fixture.open((await shop.open()) + query);
  }

  const fieldOf = (page: Page, name: string) => page.locator(`form input[name="${name}"]`).inputValue();
  const verify = (request_id: string) =>
    post(
      `${fixture.sandbox.baseUrls.checkify}/v1/qr/results/verify`,
      { request_id, required_claims: ['age_over_18'] },
      { authorization: 'Bearer csk_sandbox_demo' },
    );
  /** Notes the events that the widgets fire at the document. */
  const note = (page: Page) =>
    page.evaluate(`window.noted = [];
      for (const name of ['checkify:completed', 'checkify:failed', 'humanproof:solved', 'humanproof:failed'])
        document.addEventListener(name, ({ type, detail }) => noted.push([type, detail]));`);
  const noted = (page: Page) => page.evaluate('noted');

  describe('Checkify’s embed', () => {
    it('is sound, in every state', async () => {
      const watched = await visit(EMBED);
      const { page } = watched;
      await expectSound(watched, 'embed-idle');
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      await page.getByRole('img', { name: 'QR code' }).waitFor();
      await expectSound(watched, 'embed-waiting');
      await page.getByRole('button', { name: 'someone of 25' }).click();
      await page.getByText('Answered on the phone').waitFor();
      await expectSound(watched, 'embed-completed');
      await page.getByRole('button', { name: 'Start over' }).click();
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      await page.getByRole('button', { name: 'nobody: decline' }).click();
      await page.getByText('Declined on the phone').waitFor();
      await expectSound(watched, 'embed-denied');
    });

    it.each([
      ['someone of 25', 200],
      ['someone of 17', 403],
      ['a human', 403],
    ])('writes what %s approved into the form: %d', async (person, status) => {
      const { page } = await visit(EMBED);
      await note(page);
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      expect(await fieldOf(page, 'checkify_token')).toBe('');
      await page.getByRole('button', { name: person }).click();
      await page.locator('checkify-verification[data-state=completed]').waitFor();
      const requestId = await fieldOf(page, 'checkify_token');
      expect(await noted(page)).toEqual([['checkify:completed', { requestId, state: 'approved' }]]);
      expect((await verify(requestId)).status).toBe(status);
    });

    it('takes a field that is there already', async () => {
      const { page } = await visit(
        `<input type="hidden" name="proof"><checkify-verification field-name="proof"></checkify-verification>`,
      );
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      await page.getByRole('button', { name: 'a human' }).click();
      await page.getByText('Answered on the phone').waitFor();
      expect(await fieldOf(page, 'proof')).toMatch(/^[\w-]{36}$/);
    });

    it('leaves the field empty for one who refuses', async () => {
      const { page } = await visit(EMBED);
      await note(page);
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      await page.getByRole('button', { name: 'nobody: decline' }).click();
      await page.locator('checkify-verification[data-state=denied]').waitFor();
      expect(await fieldOf(page, 'checkify_token')).toBe('');
      expect(await noted(page)).toEqual([['checkify:failed', expect.objectContaining({ state: 'denied' })]]);
    });

    it('waits for the phone, and for the console', async () => {
      const { page } = await visit(EMBED);
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      const phone = await fixture.open(
        String(await page.getByRole('link', { name: 'Open it as the phone would' }).getAttribute('href')),
      );
      await phone.page.getByRole('link', { name: 'Approve as someone of 25' }).click();
      await phone.page.getByText('Approved.').waitFor();
      await page.getByText('Answered on the phone').waitFor();
      expect((await verify(await fieldOf(page, 'checkify_token'))).status).toBe(200);
    });

    it.each([
      ['a reset of the form', 'document.querySelector("form").reset()'],
      ['reset()', 'document.querySelector("checkify-verification").reset()'],
    ])('starts over after %s', async (_, reset) => {
      const { page } = await visit(EMBED);
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      await page.getByRole('button', { name: 'someone of 25' }).click();
      await page.locator('checkify-verification[data-state=completed]').waitFor();
      await page.evaluate(reset);
      await page.getByRole('button', { name: 'Verify with Checkify' }).waitFor();
      expect(await fieldOf(page, 'checkify_token')).toBe('');
    });

    it('is used without a mouse, and keeps the focus', async () => {
      const { page } = await visit(EMBED);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('img', { name: 'QR code' }).waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.getByText('Answered on the phone').waitFor();
      expect(await page.evaluate('document.activeElement.localName')).toBe('checkify-verification');
      expect((await verify(await fieldOf(page, 'checkify_token'))).status).toBe(200);
    });

    it('is handed over by the phone, which goes back to the page', async () => {
      const { page } = await visit(EMBED, '?step=2');
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      const link = page.getByRole('link', { name: 'Open it as the phone would' });
      await page.goto(String(await link.getAttribute('href')));
      await page.getByRole('link', { name: 'Approve as someone of 25' }).click();
      await expectSound({ page, trouble: [] }, 'phone-approved');
      await page.getByRole('link', { name: 'Go back to the page' }).click();
      await page.getByText('Answered on the phone').waitFor();
      const query = new URL(page.url()).searchParams;
      const requestId = await fieldOf(page, 'checkify_token');
      expect([query.get('step'), query.get('checkify_request_id')]).toEqual(['2', requestId]);
      expect((await verify(requestId)).status).toBe(200);
    });

    it('takes up the request id that a phone handed over', async () => {
      const { page } = await visit(EMBED, '?checkify_request_id=from-the-phone');
      await page.getByText('Answered on the phone').waitFor();
      expect(await fieldOf(page, 'checkify_token')).toBe('from-the-phone');
    });

    it('says that the sandbox is gone, and tries again', async () => {
      const { page } = await visit(EMBED);
      await fixture.sandbox.close();
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      await page.getByText('Checkify cannot be reached').waitFor();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    });
  });

  describe('HumanProof’s widget', () => {
    const states = (page: Page) =>
      page.evaluate(`window.states = [];
        new MutationObserver(() => states.push(document.querySelector('human-proof').dataset.state))
          .observe(document.querySelector('human-proof'), { attributes: true })`);

    it('is sound, in every state', async () => {
      const watched = await visit(WIDGET);
      const { page } = watched;
      await expectSound(watched, 'widget-idle');
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.locator('human-proof[data-state=solved]').waitFor();
      await expectSound(watched, 'widget-solved');
      fixture.sandbox.humanproof.setProject('unpaid');
      await page.evaluate('document.querySelector("human-proof").solve()');
      await page.getByText('billing_past_due').waitFor();
      // The browser reports the 402 by itself.
      await expectSound({ page, trouble: [] }, 'widget-error');
    });

    it('goes from idle over solving to solved, and fills the form with a token that is accepted', async () => {
      const { page } = await visit(WIDGET);
      await note(page);
      await states(page);
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.locator('human-proof[data-state=solved]').waitFor();
      const response = await fieldOf(page, 'humanproof-token');
      const url = `${fixture.sandbox.baseUrls.humanproof}/api/siteverify`;
      const { json } = await post(url, { secret: 'hp_sandbox_demo_secret', response });
      expect([await page.evaluate('states'), json]).toEqual([['solving', 'solved'], { success: true }]);
      expect(await noted(page)).toEqual([['humanproof:solved', {}]]);
    });

    it('writes into the field that data-hidden-field-name names', async () => {
      const { page } = await visit('<human-proof data-hidden-field-name="proof"></human-proof>');
      await page.evaluate('document.querySelector("human-proof").solve()');
      await page.locator('human-proof[data-state=solved]').waitFor();
      expect(await fieldOf(page, 'proof')).toMatch(/^hp_/);
    });

    it('solves for the project that data-sitekey names', async () => {
      const { page } = await visit('<human-proof data-sitekey="hp_sandbox_other_site"></human-proof>');
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.locator('human-proof[data-state=solved]').waitFor();
      const response = await fieldOf(page, 'humanproof-token');
      const redeem = async (secret: string): Promise<unknown> =>
        (await post(`${fixture.sandbox.baseUrls.humanproof}/api/siteverify`, { secret, response })).json
          .success;
      expect([await redeem('hp_sandbox_demo_secret'), await redeem('hp_sandbox_other_secret')]).toEqual([
        false,
        true,
      ]);
    });

    it('forgets a token that is too old', async () => {
      const { page } = await visit(WIDGET);
      await page.clock.install();
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.clock.runFor(600);
      await page.locator('human-proof[data-state=solved]').waitFor();
      await page.clock.runFor(120_000);
      await page.getByText('Too old').waitFor();
      expect(await fieldOf(page, 'humanproof-token')).toBe('');
    });

    it('starts over after a reset of the form', async () => {
      const { page } = await visit(WIDGET);
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.locator('human-proof[data-state=solved]').waitFor();
      await page.evaluate('document.querySelector("form").reset()');
      expect([
        await page.locator('human-proof').getAttribute('data-state'),
        await fieldOf(page, 'humanproof-token'),
      ]).toEqual(['idle', '']);
    });

    it('shows an error when the sandbox is gone', async () => {
      const { page } = await visit(WIDGET);
      await note(page);
      await fixture.sandbox.close();
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.locator('human-proof[data-state=error]').waitFor();
      expect(await noted(page)).toEqual([['humanproof:failed', { error: expect.any(String) }]]);
    });
  });

  describe.each([
    ['turnstile', 'cf-turnstile', 'cf-turnstile-response', 'turnstile.reset()'],
    ['hcaptcha', 'h-captcha', 'h-captcha-response', 'hcaptcha.reset()'],
    ['recaptcha', 'g-recaptcha', 'g-recaptcha-response', 'grecaptcha.reset()'],
    ['friendly-captcha', 'frc-captcha', 'frc-captcha-response', 'frcaptcha.getAllWidgets()[0].reset()'],
  ] as const)('the widget of %s', (name, className, field, reset) => {
    const visitCaptcha = async (attributes = '') => {
      const place = `<div class="${className}" ${attributes}></div>`;
      shop = new Shop(fixture.sandbox, place, [`${name}/widget.js`]);
      return fixture.open(await shop.open());
    };
    const solve = async (page: Page) => {
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.locator('[data-state=solved]').waitFor();
    };

    it('is sound, fills the form and starts over', async () => {
      const watched = await visitCaptcha();
      const { page } = watched;
      await expectSound(watched, `${name}-idle`);
      await solve(page);
      const token = await fieldOf(page, field);
      expect(() => {
        fixture.sandbox[name].expire(token);
      }).not.toThrow();
      await expectSound(watched, `${name}-solved`);
      await page.evaluate(reset);
      await page.getByRole('button', { name: 'Prove it' }).waitFor();
      expect(await fieldOf(page, field)).toBe('');
    });

    it('says that its site key is unknown', async () => {
      const { page } = await visitCaptcha('data-sitekey="other"');
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.getByText('unknown_sitekey').waitFor();
      expect(await fieldOf(page, field)).toBe('');
    });

    it('tells the callbacks of the page, and forgets a token that is too old', async () => {
      const { page } = await visitCaptcha('data-callback="solved" data-expired-callback="tooOld"');
      await page.evaluate(`window.told = [];
        window.solved = token => told.push(token);
        window.tooOld = () => told.push('too old');`);
      await page.clock.install();
      await page.getByRole('button', { name: 'Prove it' }).click();
      await page.clock.runFor(600);
      await page.locator('[data-state=solved]').waitFor();
      const token = await fieldOf(page, field);
      await page.clock.runFor(300_000);
      await page.getByText('Too old').waitFor();
      expect([await page.evaluate('told'), await fieldOf(page, field)]).toEqual([[token, 'too old'], '']);
    });
  });

  it('reCAPTCHA v3 gives a token with a score and an action, without a widget', async () => {
    shop = new Shop(fixture.sandbox, '', ['recaptcha/widget.js']);
    const { page } = await fixture.open(await shop.open());
    const response: string = await page.evaluate(
      `grecaptcha.execute('recaptcha_sandbox_demo_site', { action: 'signup' })`,
    );
    const url = `${fixture.sandbox.baseUrls.recaptcha}/recaptcha/api/siteverify`;
    const body = new URLSearchParams({ secret: 'recaptcha_sandbox_demo_secret', response });
    const { json } = await ask(url, { method: 'POST', body });
    expect(json).toMatchObject({ success: true, score: 0.9, action: 'signup', hostname: 'localhost' });
  });

  describe('the login by MitID or BankID', () => {
    it('is sound', async () => {
      const { url } = fixture.sandbox.verifyid.start({
        returnUrl: 'https://a-rather-long-name.shop.example/back',
      });
      await expectSound(await fixture.open(url), 'login');
    });

    it.each([
      ['I am 21', 18],
      ['I am 17', 16],
      ['I am 15', null],
      ['Cancel', null],
    ])('"%s" comes back with a token for %s', async (choice, age) => {
      shop = new Shop(fixture.sandbox, '');
      const returnUrl = `${await shop.open()}?cart=7`;
      const { url, deviceId } = fixture.sandbox.verifyid.start({ returnUrl });
      const { page, trouble } = await fixture.open(url);
      await page.getByRole('link', { name: choice }).click();
      await page.waitForURL(/token_age_verified/);
      const back = new URL(page.url()).searchParams;
      const token = String(back.get('token_age_verified'));
      const { json } = await ask(`${fixture.sandbox.baseUrls.verifyid}/api/auth_check/${token}/${deviceId}`);
      expect([json, back.get('cart'), trouble]).toEqual([{ age }, '7', []]);
    });
  });

  it('the phone is sound', async () => {
    const { qrUrl } = fixture.sandbox.checkify.start({ requestType: 'age_over_18' });
    await expectSound(await fixture.open(qrUrl), 'phone');
  });

  describe('the inbox', () => {
    const send = (to: string) =>
      post(
        `${fixture.sandbox.baseUrls.engagelab}/v1/messages`,
        { to, template: { id: 'sandbox-otp' } },
        { authorization: `Basic ${Buffer.from('sandbox_demo_key:sandbox_demo_secret').toString('base64')}` },
      );

    it('is sound', async () => {
      await send('+4520123456');
      await send('ada.lovelace@analytical-engine.example');
      const watched = await fixture.open(`${fixture.sandbox.url}/inbox`);
      await watched.page.getByRole('button', { name: 'Copy the code for +4520123456' }).waitFor();
      await expectSound(watched, 'inbox');
    });

    it('shows codes as they come, newest first', async () => {
      const { page } = await fixture.open(`${fixture.sandbox.url}/inbox`);
      await page.getByText('No code was sent yet.').waitFor();
      await send('+4520123456');
      await page.getByText('+4520123456').waitFor();
      await send('+4587654321');
      await page.getByText('+4587654321').waitFor();
      expect(await page.locator('.otp').allInnerTexts()).toEqual([
        fixture.sandbox.engagelab.lastCode('+4587654321'),
        fixture.sandbox.engagelab.lastCode('+4520123456'),
      ]);
    });
  });
});
