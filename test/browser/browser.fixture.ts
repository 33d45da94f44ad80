import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest } from '@jest/globals';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SCREENSHOTS = join(import.meta.dirname, 'screenshots');
// The page and all elements on it that are too narrow for their content, such as a field for its example.
const SIDEWAYS = `[...document.querySelectorAll('*')]
  .filter(node => node.matches('html') || node.placeholder?.length >= node.value?.length || getComputedStyle(node).overflowX === 'auto')
  .filter(node => node.scrollWidth > node.clientWidth)
  .map(node => node.outerHTML.slice(0, 100))`;
const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(node => id + ': ' + node.html + ' ' + node.failureSummary)))`;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// A phone and a desk, by day and by night.
export const WIDTHS = [360, 1280];
const VIEWS = WIDTHS.flatMap(width =>
  (['light', 'dark'] as const).map(colorScheme => ({ width, colorScheme })),
);

/** A `describe` that needs Chromium; it says so where there is none, and CI does not let it be left out. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM) || process.env['CI']) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`Left out, as ${CHROMIUM} is not installed: ${name}\n`);
  describe.skip(name, tests);
}

/** A page and whatever went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  readonly trouble: string[];
}

/** One browser for a file, one sandbox and one context for each test. */
export class BrowserFixture {
  sandbox!: Sandbox;
  #browser!: Browser;
  readonly #contexts: BrowserContext[] = [];

  constructor() {
    jest.setTimeout(30_000);
    beforeAll(async () => {
      this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
    });
    afterAll(() => this.#browser.close());
    beforeEach(async () => {
      this.sandbox = await startSandbox();
    });
    afterEach(async () => {
      await Promise.all(this.#contexts.splice(0).map(context => context.close()));
      await this.sandbox.close();
    });
  }

  /** Opens an address in a context of its own. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await this.#browser.newContext(options);
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const trouble: string[] = [];
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) trouble.push(`console: ${message.text()}`);
    });
    page.on('pageerror', error => trouble.push(`error: ${error.message}`));
    page.on('response', response => {
      if (response.status() >= 400) trouble.push(`${response.status()}: ${response.url()}`);
    });
    page.on('requestfailed', request => {
      // Leaving a page ends what it still loads, such as its event stream, which is no failure.
      const isLeft = request.failure()?.errorText === 'net::ERR_ABORTED';
      if (!isLeft) trouble.push(`failed: ${request.url()}`);
    });
    await page.goto(url);
    return { page, trouble };
  }
}

/**
 * On a phone and on a desk, by day and by night, nothing scrolls sideways and axe finds nothing; and nothing went wrong
 * until now. Leaves pictures behind.
 */
export async function expectSound(
  { page, trouble }: WatchedPage,
  name: string,
  widths: readonly number[] = WIDTHS,
): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.evaluate(AXE);
  for (const { width, colorScheme } of VIEWS) {
    if (!widths.includes(width)) continue;
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const picture = join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`);
    await page.screenshot({ path: picture, fullPage: true });
    expect(await page.evaluate(SIDEWAYS)).toEqual([]);
    // Each width and each scheme once is enough for axe, which takes longest.
    const isLookedInto = (width === 360) === (colorScheme === 'dark');
    if (isLookedInto) expect(await page.evaluate(VIOLATIONS)).toEqual([]);
  }
  expect(trouble).toEqual([]);
}

/** Expects these refusals since the last look and no other trouble, each as `403 /checkout`. The console repeats them. */
export function expectRefused({ trouble }: WatchedPage, ...refusals: readonly string[]): void {
  const repeated = /^console: Failed to load resource: the server responded with a status of \d+ /;
  const others = trouble.splice(0).filter(line => !repeated.test(line));
  const short = others.map(line => line.replace(/^(\d+): https?:\/\/[^/]+([^?]*).*$/, '$1 $2'));
  expect(short).toEqual(refusals);
}
