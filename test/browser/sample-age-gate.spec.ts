import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser, expectRefused, expectSound, WIDTHS } from './browser.fixture.js';
import { alertInFocus, SampleFixture } from './sample.fixture.js';

describeInBrowser('the age gate', () => {
  const fixture = new SampleFixture();

  async function logIn(page: Page, person: string): Promise<void> {
    await page.getByRole('button', { name: 'Log in with MitID' }).click();
    await page.getByRole('link', { name: person }).click();
    await page.waitForURL(/age-gate/);
  }

  describe.each(WIDTHS)('at %d pixels', width => {
    const sound = (watched: Parameters<typeof expectSound>[0], name: string) =>
      expectSound(watched, `sample-age-gate-${name}`, [width]);

    it('lets an adult in, remembers the visitor, and forgets a visitor who leaves', async () => {
      const watched = await fixture.visit('/', width);
      const { page } = watched;
      await page.getByRole('listitem').getByRole('link', { name: 'Age gate' }).click();
      expect(await alertInFocus(page)).toContain('verification_required · 403');
      expectRefused(watched, '403 /age-gate');
      await sound(watched, 'closed');
      await logIn(page, 'I am 21');
      await page.getByRole('heading', { name: 'Welcome' }).waitFor();
      await page.waitForURL(`${fixture.url}/age-gate`); // the URL has lost the used token
      await sound(watched, 'open');
      const asked = fixture.asked().length;
      await page.getByRole('link', { name: 'Come back and see' }).click();
      await page.getByText('We remembered you').waitFor();
      expect(fixture.asked()).toHaveLength(asked);
      await sound(watched, 'remembered');
      await page.getByRole('button', { name: 'Leave and forget me' }).click();
      await page.getByRole('heading', { name: 'Adults only' }).waitFor();
      expectRefused(watched, '403 /age-gate');
    });

    it.each([
      ['I am 17', 'You cannot come in', 'verification_rejected · 403'],
      ['Cancel', 'The login was not completed', 'login_cancelled · 403'],
    ])('says to "%s": %s, then lets an adult in', async (person, title, code) => {
      const watched = await fixture.visit('/age-gate', width);
      const { page } = watched;
      await logIn(page, person);
      await page.getByRole('heading', { name: title }).waitFor();
      const said = await alertInFocus(page);
      expect(said).toContain('log in again');
      expect(said).toContain(code);
      expect(said.includes('Access refused')).toBe(person === 'I am 17');
      await page.waitForURL(`${fixture.url}/age-gate`); // the token does not stay in the URL
      expectRefused(watched, '403 /age-gate', '403 /age-gate');
      await sound(watched, person === 'Cancel' ? 'cancelled' : 'refused');
      await logIn(page, 'I am 21');
      await page.getByRole('heading', { name: 'Welcome' }).waitFor();
      expect(watched.trouble).toEqual([]);
    });

    it('shows an outage of MitID, and accepts the same login afterwards', async () => {
      const watched = await fixture.visit('/age-gate', width);
      const { page } = watched;
      await page.getByRole('button', { name: 'Log in with MitID' }).click();
      await fixture.breakDown('VerifyID.dk', '503');
      await page.getByRole('link', { name: 'I am 21' }).click();
      await page.getByText('We cannot check this right now').waitFor();
      const said = await alertInFocus(page);
      expect(said).toContain('Try again in a moment');
      expect(said).toContain('verification_unavailable · 503');
      expectRefused(watched, '403 /age-gate', '503 /age-gate');
      await sound(watched, 'outage');
      fixture.sandbox.faults.clear();
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'Welcome' }).waitFor();
      expect(watched.trouble).toEqual([]);
    });
  });

  it('refuses a login that began in another browser', async () => {
    const { page } = await fixture.visit('/age-gate');
    await page.getByRole('button', { name: 'Log in with MitID' }).click();
    const { page: other } = await fixture.open(page.url());
    await other.getByRole('link', { name: 'I am 21' }).click();
    const said = await alertInFocus(other);
    expect(said).toContain('We do not know this login');
    expect(said).toContain('login_unknown · 403');
    expect(said).not.toContain('refused');
  });
});

describeInBrowser('the start page', () => {
  const fixture = new SampleFixture();

  it('leads back from a page that does not exist', async () => {
    const watched = await fixture.visit('/nothing');
    const { page } = watched;
    await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
    expectRefused(watched, '404 /nothing');
    await expectSound(watched, 'sample-not-found');
    await page.getByRole('link', { name: 'Back to the shop' }).click();
    await page.waitForURL(`${fixture.url}/`);
  });

  it('is sound, and links to every page', async () => {
    const watched = await fixture.visit('/');
    await expectSound(watched, 'sample-start');
    const links = watched.page.locator('main a');
    const hrefs = await links.evaluateAll(all => all.map(each => (each as { href?: string }).href));
    const { url } = fixture.sandbox;
    const tops = async (what: string) => {
      const places = await watched.page.locator(what).all();
      return Promise.all(places.map(async place => (await place.boundingBox())?.y));
    };
    await watched.page.setViewportSize({ width: 360, height: 800 });
    expect(new Set(await tops('nav a')).size).toBe(1); // the links are in one line
    for (const [width, rows] of [
      [360, 4],
      [700, 2],
      [900, 2],
      [1280, 1],
    ] as const) {
      await watched.page.setViewportSize({ width, height: 800 });
      expect(new Set(await tops('.stories li')).size).toBe(rows); // no card is alone below the others
    }
    expect(hrefs).toEqual([
      ...['/signup', '/checkout', '/age-gate', '/contact'].map(path => fixture.url + path),
      `${url}/console`,
      `${url}/inbox`,
    ]);
  });
});
