import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser, expectRefused, expectSound, WIDTHS } from './browser.fixture.js';
import { alertInFocus, SampleFixture } from './sample.fixture.js';

describeInBrowser('checking out', () => {
  const fixture = new SampleFixture();

  const order = (page: Page) => page.getByRole('button', { name: 'Place order' }).click();

  async function scan(page: Page, person: string): Promise<void> {
    await page.getByLabel('With your phone').check();
    await page.getByRole('button', { name: 'Verify with Checkify' }).click();
    await page.getByRole('button', { name: person }).click();
  }

  async function logIn(page: Page, person: string): Promise<void> {
    await page.getByLabel('With MitID').check();
    await page.getByRole('button', { name: 'Log in with MitID' }).click();
    await page.getByRole('link', { name: person }).click();
    await page.getByText('You are back from MitID.').waitFor();
    await page.waitForURL(`${fixture.url}/checkout`); // the token does not stay in the URL
  }

  describe.each(WIDTHS)('at %d pixels', width => {
    const sound = (watched: Parameters<typeof expectSound>[0], name: string) =>
      expectSound(watched, `sample-checkout-${name}`, [width]);

    it('ends with an order, for an adult with Checkify', async () => {
      const watched = await fixture.visit('/checkout', width);
      const { page } = watched;
      await sound(watched, 'start');
      await order(page);
      await page.getByRole('dialog', { name: 'Show that you are over 18' }).waitFor();
      expectRefused(watched, '403 /checkout'); // says which proof is missing
      await sound(watched, 'proof');
      await scan(page, 'someone of 25');
      await page.getByText('Red wine is on its way. Checkify confirmed').waitFor();
      await page.getByRole('heading', { name: 'Order placed' }).waitFor();
      const placed = await page.locator('dl').innerText();
      expect(placed).toMatch(/Order number\s+K\d{6}\s+Total\s+89 kr\./);
      await page.reload();
      expect(await page.locator('dl').innerText()).toBe(placed);
      await sound(watched, 'placed');
    });

    it('ends with an order, for an adult with MitID', async () => {
      const watched = await fixture.visit('/checkout', width);
      const { page } = watched;
      await page.getByLabel('Cider').check();
      await order(page);
      await page.getByLabel('With MitID').check();
      expectRefused(watched, '403 /checkout');
      await sound(watched, 'mitid');
      await logIn(page, 'I am 21');
      await sound(watched, 'back');
      await page.reload(); // keeps the login
      await page.getByLabel('Cider').check();
      await order(page);
      await page.getByText('Cider is on its way. MitID confirmed').waitFor();
      expect(watched.trouble).toEqual([]);
    });

    it('refuses someone of 17, then accepts an adult', async () => {
      const watched = await fixture.visit('/checkout', width);
      const { page } = watched;
      await page.getByLabel('Aquavit').check();
      await order(page);
      await scan(page, 'someone of 17');
      const said = await alertInFocus(page);
      expect(said).toContain('We could not confirm that you are over 18');
      expect(said).toContain('do the check again');
      expect(said).toContain('verification_rejected · 403');
      expectRefused(watched, '403 /checkout', '403 /checkout');
      await sound(watched, 'refused');
      await order(page);
      await logIn(page, 'I am 17');
      await order(page);
      expect(await alertInFocus(page)).toContain('verification_rejected · 403');
      await order(page);
      await logIn(page, 'I am 21');
      await order(page);
      await page.getByText('Aquavit is on its way.').waitFor();
      expectRefused(watched, ...Array<string>(3).fill('403 /checkout'));
    });

    it('says that a login was not completed', async () => {
      const watched = await fixture.visit('/checkout', width);
      const { page } = watched;
      await order(page);
      await logIn(page, 'Cancel');
      await order(page);
      const said = await alertInFocus(page);
      expect(said).toContain('The login was not completed');
      expect(said).toContain('It was cancelled, ');
      expect(said).not.toContain('refused');
      expectRefused(watched, '403 /checkout', '403 /checkout');
      await sound(watched, 'cancelled');
    });

    it('shows an outage of MitID, and accepts the same login afterwards', async () => {
      const watched = await fixture.visit('/checkout', width);
      const { page } = watched;
      await order(page);
      await logIn(page, 'I am 21');
      await fixture.breakDown('VerifyID.dk', '503');
      await order(page);
      const said = await alertInFocus(page);
      expect(said).toContain('We cannot check this right now');
      expect(said).toContain('verification_unavailable · 503');
      expectRefused(watched, '403 /checkout', '503 /checkout');
      await sound(watched, 'outage');
      fixture.sandbox.faults.clear();
      await order(page);
      await page.getByRole('heading', { name: 'Order placed' }).waitFor();
      expect(watched.trouble).toEqual([]);
    });
  });

  it('shows the same choice and panel to somebody who leaves for MitID and comes Back', async () => {
    const { page } = await fixture.visit('/checkout');
    await page.getByLabel('Cider').check();
    await order(page);
    await page.getByLabel('With MitID').check();
    await page.getByRole('button', { name: 'Log in with MitID' }).click();
    await page.getByRole('link', { name: 'I am 21' }).waitFor();
    await page.goBack();
    if (!(await page.getByRole('dialog').isVisible())) await order(page);
    await page.getByRole('dialog').waitFor();
    const isMitId = await page.getByLabel('With MitID').isChecked();
    expect(await page.getByRole('button', { name: 'Log in with MitID' }).isVisible()).toBe(isMitId);
    expect(await page.getByRole('button', { name: 'Verify with Checkify' }).isVisible()).toBe(!isMitId);
    expect(await page.getByLabel('Cider').isChecked()).toBe(true);
  });

  it('shows a page if the login cannot start', async () => {
    const watched = await fixture.visit('/checkout');
    const { page } = watched;
    await fixture.breakDown('VerifyID.dk', '503');
    await page.getByLabel('Cider').check();
    await order(page);
    await page.getByLabel('With MitID').check();
    await page.getByRole('button', { name: 'Log in with MitID' }).click();
    expect(await alertInFocus(page)).toContain('verification_unavailable · 503');
    expectRefused(watched, '403 /checkout', '503 /checkout/mitid');
    await expectSound(watched, 'sample-checkout-no-login');
    fixture.sandbox.faults.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'I am 21' }).click();
    expect(await page.getByLabel('Cider').isChecked()).toBe(true);
  });

  it('shows an outage of Checkify', async () => {
    const { page } = await fixture.visit('/checkout');
    await fixture.breakDown('Checkify', 'drop');
    await order(page);
    await scan(page, 'someone of 25');
    expect(await alertInFocus(page)).toContain('verification_unavailable · 503');
    fixture.sandbox.faults.clear();
    await order(page);
    await page.getByRole('button', { name: 'Use this proof' }).click();
    await page.getByRole('heading', { name: 'Order placed' }).waitFor();
  });

  it('blames nobody whose visit ended during the login', async () => {
    const { page } = await fixture.visit('/checkout');
    await order(page);
    await page.getByLabel('With MitID').check();
    await page.getByRole('button', { name: 'Log in with MitID' }).click();
    await page.getByRole('link', { name: 'I am 21' }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'I am 21' }).click();
    await page.waitForURL(`${fixture.url}/checkout`); // before its script runs, the form is sent without it
    await order(page);
    expect(await alertInFocus(page)).toContain('We do not know this login');
    await order(page);
    await page.getByRole('dialog').waitFor(); // asks for a new one
  });

  it('refuses an order without a proof', async () => {
    const { page } = await fixture.visit('/checkout');
    await order(page);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect(await alertInFocus(page)).toContain('verification_required · 403');
    expect(fixture.asked()).toEqual([]);
  });

  it('works without JavaScript, by MitID, and a reload orders nothing again', async () => {
    const { page } = await fixture.visit('/checkout', 360, { javaScriptEnabled: false });
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Log in with MitID']);
    await page.getByLabel('Cider').check();
    await page.getByRole('button', { name: 'Log in with MitID' }).click();
    await page.getByRole('link', { name: 'I am 21' }).click();
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.getByText('Cider is on its way. MitID confirmed').waitFor();
    const placed = await page.locator('dl').innerText();
    await page.reload();
    expect(await page.locator('dl').innerText()).toBe(placed);
  });

  it('needs a new proof for the next order', async () => {
    const { page } = await fixture.visit('/checkout');
    await order(page);
    await scan(page, 'someone of 25');
    await page.getByRole('link', { name: 'Order something else' }).click();
    await page.waitForLoadState();
    await order(page);
    await page.getByRole('button', { name: 'Verify with Checkify' }).waitFor();
    expect(await page.locator('[name=checkify_token]').inputValue()).toBe('');
  });
});
