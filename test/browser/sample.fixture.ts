import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { transformFileSync } from '@swc/core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { readConfig } from '../../sample-app/src/app.config.js';
import { createApp } from '../../sample-app/src/create-app.js';
import { BrowserFixture, type WatchedPage } from './browser.fixture.js';

/** The library's module for browsers as one file, as its build makes it. */
const VERIFIED_FETCH = ['evidence', 'patience', 'index']
  .map(name => transformFileSync(join(import.meta.dirname, `../../lib/src/browser/${name}.ts`)).code)
  .join('\n')
  .replace(/^import .*$/gm, '');

/** The sample app on a sandbox; each test gets a new one. */
export class SampleFixture extends BrowserFixture {
  url!: string;
  #app!: NestExpressApplication;

  constructor() {
    super();
    beforeEach(async () => {
      this.#app = await createApp(readConfig({}), this.sandbox);
      this.#app.useLogger(false);
      await this.#app.listen(0);
      this.url = `http://localhost:${new URL(await this.#app.getUrl()).port}`;
    });
    afterEach(() => this.#app.close());
  }

  /** Opens a page of the app on a screen of this width. */
  async visit(path: string, width = 1280, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const watched = await this.open('about:blank', options);
    await watched.page.setViewportSize({ width, height: 800 });
    await watched.page
      .context()
      .route('**/assets/verified-fetch.js', route =>
        route.fulfill({ contentType: 'text/javascript', body: VERIFIED_FETCH }),
      );
    await watched.page.goto(this.url + path);
    return watched;
  }

  /** Makes a provider fail through the fault panel of the console, as a person does. */
  async breakDown(provider: string, choice: string): Promise<void> {
    const { page } = await this.open(this.sandbox.consoleUrl);
    const form = page.getByRole('form', { name: provider });
    await form.locator('summary').click();
    await form.getByLabel('What goes wrong').selectOption(choice);
    await form.getByLabel('Delay in ms').fill('0');
    await form.getByRole('button', { name: 'Inject' }).click();
    await form.getByText('until cleared', { exact: true }).last().waitFor();
  }

  /** The paths of the calls to the sandbox, in order. */
  asked(): readonly string[] {
    return this.sandbox.calls.map(({ path }) => path);
  }
}

/** The text of the alert that has the focus. */
export async function alertInFocus(page: Page): Promise<string> {
  await page.locator('[role=alert]:focus').waitFor();
  return String(await page.locator('[role=alert]:focus').textContent()); // with what the developers' detail hides
}
