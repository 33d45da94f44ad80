import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { ask, post } from '../sandbox/sandbox.fixture.js';
import { BrowserFixture, describeInBrowser, expectSound } from './browser.fixture.js';

const run = promisify(execFile);
const DEVICE = '2f1c3a52-8f0e-4c0b-9d55-0a7f1f0c1a11';
const BASIC = `Basic ${Buffer.from('sandbox_demo_key:sandbox_demo_secret').toString('base64')}`;

describeInBrowser('the console in a browser', () => {
  const fixture = new BrowserFixture();
  const open = async () => (await fixture.open(fixture.sandbox.consoleUrl)).page;
  const verify = (request_id: string) =>
    post(
      `${fixture.sandbox.baseUrls.checkify}/v1/qr/results/verify`,
      { request_id, required_claims: ['human_verified'] },
      { authorization: 'Bearer csk_sandbox_demo' },
    );
  const send = (to: string) =>
    post(
      `${fixture.sandbox.baseUrls.engagelab}/v1/messages`,
      { to, template: { id: 'sandbox-otp' } },
      { authorization: BASIC },
    );
  const siteverify = (response: string) =>
    post(`${fixture.sandbox.baseUrls.humanproof}/api/siteverify`, {
      secret: 'hp_sandbox_demo_secret',
      response,
    });

  /** A bit of everything. */
  async function populate(): Promise<void> {
    const { checkify, humanproof, verifyid, baseUrls, faults } = fixture.sandbox;
    const [, approved, denied] = ['human', 'human', 'age_over_21'].map(type =>
      checkify.start({ requestType: type as 'human' }),
    );
    checkify.approve(approved!.requestId);
    checkify.deny(denied!.requestId);
    await verify(approved!.requestId);
    await verify(denied!.requestId);
    await send('+4520123456');
    await send('ada.lovelace@analytical-engine.example');
    await siteverify(humanproof.issueToken());
    const generator = `/api/url_generator_s/verifyid_sandbox_demo/${DEVICE}/18?domain=http://localhost:3000/age-gate`;
    await ask(baseUrls.verifyid + generator);
    const token = verifyid.login(verifyid.start({ deviceId: DEVICE }).url, 21);
    await ask(`${baseUrls.verifyid}/api/auth_check/${token}/${DEVICE}`);
    verifyid.start({
      method: 'bankid',
      minimumAge: 16,
      returnUrl: 'https://a-rather-long-name.shop.example/back',
    });
    faults.inject({ provider: 'humanproof', status: 503, times: Infinity });
    await siteverify('x');
    faults.inject({ provider: 'checkify', drop: 'before-reply' });
    await verify('x').catch(() => undefined);
    faults.inject({ provider: 'engagelab', delayMs: 3000, times: 3 });
  }

  const row = (page: Page, panel: string, text: string) => page.locator(`#${panel} li`, { hasText: text });
  const calls = (page: Page) => page.locator('#call-list > li');

  /** The form for the faults of an API, unfolded. */
  async function fault(page: Page, name: string): Promise<Locator> {
    const form = page.getByRole('form', { name });
    await form.locator('summary').click();
    return form;
  }

  it('is what a person gets who opens the address of the sandbox', async () => {
    const { page } = await fixture.open(fixture.sandbox.url);
    expect(page.url()).toBe(fixture.sandbox.consoleUrl);
  });

  it('folds the faults, and says of each API how many it has', async () => {
    fixture.sandbox.faults.inject({ provider: 'checkify', drop: 'before-reply' });
    const page = await open();
    await page.setViewportSize({ width: 360, height: 800 });
    await page.locator('#faults').getByText('1 fault', { exact: true }).waitFor();
    expect(await page.locator('#faults').getByRole('button').count()).toBe(0);
    expect((await page.locator('#faults').boundingBox())!.height).toBeLessThan(800); // one screen of a phone
    await page.getByRole('form', { name: 'hCaptcha' }).locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#faults').getByRole('button').allInnerTexts()).toEqual(['Inject', 'Clear']);
  });

  it('is sound, full', async () => {
    await populate();
    const watched = await fixture.open(fixture.sandbox.consoleUrl);
    await calls(watched.page).nth(8).click();
    await calls(watched.page).nth(8).getByText('required_claims').waitFor();
    await watched.page.locator('form.active').nth(1).waitFor();
    await fault(watched.page, 'HumanProof');
    await expectSound(watched, 'console');
  });

  it('is sound, empty', async () => {
    const watched = await fixture.open(fixture.sandbox.consoleUrl);
    await watched.page.locator('#live.on').waitFor();
    await expectSound(watched, 'console-empty');
  });

  it('lists a call while it is looked at, and still after a reload', async () => {
    const page = await open();
    await page.getByText('No call to show yet').waitFor();
    await verify('unknown');
    for (const _ of ['at once', 'after a reload']) {
      await calls(page).getByText('404 result_not_found').waitFor();
      const text = await calls(page).first().innerText();
      expect(text.split(/\s*[\t\n]\s*/)).toEqual([
        expect.stringMatching(/^\d\d:\d\d:\d\d$/),
        'Checkify',
        'POST /v1/qr/results/verify',
        'Bearer csk_…',
        '404 result_not_found',
        expect.stringMatching(/^\d+ ms$/),
      ]);
      await page.reload();
    }
  });

  it('opens a call to request and response with the keyboard, and keeps it open', async () => {
    const page = await open();
    await verify('request_0123456789');
    const texts = calls(page).locator('pre');
    await calls(page).locator('summary').focus();
    await page.keyboard.press('Enter');
    await texts.getByText('"code": "result_not_found"').waitFor();
    expect(await texts.first().innerText()).toContain('"request_id": "requ…"');
    await verify('x');
    await calls(page).nth(1).waitFor();
    expect(await texts.count()).toBe(2);
    await page.keyboard.press('Enter');
    await texts.first().waitFor({ state: 'hidden' });
  });

  it('opens a call that waits, and shows its answer when it comes', async () => {
    fixture.sandbox.faults.inject({ provider: 'checkify', delayMs: 1500 });
    const page = await open();
    const answer = verify('x');
    await calls(page).click();
    await page.getByText('The API has not answered yet.').waitFor();
    await answer;
    await page.getByText('"code": "result_not_found"').waitFor();
  });

  it('says how to see a first call', async () => {
    const page = await open();
    const [example, environment] = await page.locator('#calls .empty pre').allInnerTexts();
    expect(environment).toContain(`CHECKIFY_BASE_URL=${fixture.sandbox.baseUrls.checkify}`);
    await run('bash', ['-c', example!]);
    await calls(page).getByText('200 completed').waitFor();
    expect(await page.getByText('No call to show yet').isVisible()).toBe(false);
  });

  it('puts a message beside the button, and the one before away', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Copy the variables' }).click();
    const form = await fault(page, 'Turnstile');
    const inject = form.getByRole('button', { name: 'Inject' });
    await inject.click();
    await form.getByText('Injected. The next call will show it.').waitFor();
    const [button, message] = [await inject.boundingBox(), await form.locator('.notice').boundingBox()];
    expect(message!.y - button!.y - button!.height).toBeLessThan(40);
    expect(await page.locator('.notice:not(:empty)').count()).toBe(1);
  });

  it('explains the fault that is chosen', async () => {
    const page = await open();
    const form = await fault(page, 'Turnstile');
    const choice = form.getByLabel('What goes wrong');
    await form.getByText('The right answer comes after the delay.').waitFor();
    await choice.selectOption('200 timeout-or-duplicate');
    await form.getByText('The token is too old, or it was used before.').waitFor();
    const id = await choice.getAttribute('aria-describedby');
    expect(await form.locator('.meaning').getAttribute('id')).toBe(id);
  });

  it('shows the calls of one API alone', async () => {
    await verify('x');
    await siteverify('x');
    const page = await open();
    await calls(page).nth(1).waitFor();
    await page.getByLabel('Show').selectOption('HumanProof');
    expect(await calls(page).locator('.provider').allInnerTexts()).toEqual(['HumanProof']);
  });

  it.each([
    ['Approve', 'approved', 200],
    ['Decline', 'declined', 403],
    ['Expire', 'expired', 410],
  ])('%s of a session makes it %s', async (button, state, status) => {
    const { requestId } = fixture.sandbox.checkify.start();
    const page = await open();
    const session = row(page, 'sessions', requestId.slice(0, 8));
    await session.getByRole('button', { name: button }).click();
    await page.locator('#sessions [role=status]').getByText(`Done: ${button}`).waitFor();
    await session.getByText(state, { exact: true }).waitFor();
    expect((await verify(requestId)).status).toBe(status);
  });

  it('is used without a mouse, and the focus is never lost', async () => {
    const { requestId } = fixture.sandbox.checkify.start();
    const page = await open();
    await page.getByRole('button', { name: `Approve ${requestId.slice(0, 8)}` }).focus();
    await page.keyboard.press('Enter');
    const state = page.locator('#sessions .badge');
    await state.getByText('approved').waitFor();
    expect(await page.evaluate('document.activeElement.closest("section").id')).toBe('sessions');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await state.getByText('expired').waitFor();
  });

  it('finishes a login and leads back to the application', async () => {
    fixture.sandbox.verifyid.start({ deviceId: DEVICE, returnUrl: 'http://localhost:3000/age-gate' });
    const page = await open();
    await row(page, 'logins', 'MitID').getByRole('button', { name: 'I am 17' }).click();
    const href = await page.getByRole('link', { name: 'Return to the application' }).getAttribute('href');
    const token = String(new URL(String(href)).searchParams.get('token_age_verified'));
    await page.getByText('No login is open.').waitFor();
    const { json } = await ask(`${fixture.sandbox.baseUrls.verifyid}/api/auth_check/${token}/${DEVICE}`);
    expect(json).toEqual({ age: 16 });
  });

  it('shows a code and ends it', async () => {
    const page = await open();
    await send('+4520123456');
    const message = row(page, 'messages', '+4520123456');
    expect(await message.locator('.otp').innerText()).toBe(fixture.sandbox.engagelab.lastCode('+4520123456'));
    await message.getByRole('button', { name: 'Expire' }).click();
    await message.getByText('expired', { exact: true }).waitFor();
  });

  it('injects a fault, shows it at work, and clears it', async () => {
    const page = await open();
    const form = await fault(page, 'Checkify');
    await form.getByLabel('What goes wrong').selectOption('410 result_expired');
    await form.getByLabel('How often').selectOption('next 3 calls');
    await form.getByRole('button', { name: 'Inject' }).click();
    await form.getByText('3 to go').waitFor();
    expect((await verify('x')).json.error.code).toBe('result_expired');
    await form.getByText('2 to go').waitFor();
    await calls(page).getByText('by a fault').waitFor();
    await form.getByRole('button', { name: 'Clear' }).click();
    await form.getByText('2 to go').waitFor({ state: 'detached' });
    expect((await verify('x')).json.error.code).toBe('result_not_found');
  });

  it('says that the sandbox is gone', async () => {
    const page = await open();
    await page.locator('#live.on').waitFor();
    await fixture.sandbox.close();
    await page.getByText('Reconnecting…').waitFor();
    await (await fault(page, 'Checkify')).getByRole('button', { name: 'Inject' }).click();
    await page.getByText('The sandbox does not answer.').waitFor();
  });

  it('shows what a provider or a person wrote as text', async () => {
    const body = JSON.stringify({ success: false, error: '<img src=x onerror=alert(1)>' });
    fixture.sandbox.faults.inject({ provider: 'humanproof', status: 422, body });
    await siteverify('x');
    const { page, trouble } = await fixture.open(fixture.sandbox.consoleUrl);
    await calls(page).getByText('422 <img src=x onerror=alert(1)>').first().waitFor();
    expect([await page.locator('#call-list img').count(), trouble]).toEqual([0, []]);
  });
});
