import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { VerificationModule } from 'nestjs-verification';
import {
  FriendlyCaptchaService,
  HCaptchaService,
  RecaptchaService,
  TurnstileService,
} from 'nestjs-verification/captcha';
import type { Page } from 'playwright-core';
import { boot, type RunningApplication } from '../support/application.js';
import { BrowserFixture, describeInBrowser } from './browser.fixture.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const CAPTCHAS = [TurnstileService, HCaptchaService, RecaptchaService, FriendlyCaptchaService];

interface Guide {
  readonly guide: string;
  readonly controller: string;
  /** A part of the page that its other pages do not have. */
  readonly part?: string;
  /** What a person does on the page, and what the page then shows. */
  readonly visit: (page: Page) => Promise<void>;
  readonly shown: string;
}

const GUIDES: readonly Guide[] = [
  {
    guide: 'checkify.md',
    controller: 'OrderController',
    visit: async page => {
      await page.getByRole('button', { name: 'Verify with Checkify' }).click();
      await page.getByRole('button', { name: 'someone of 25' }).click();
      await page.getByText('Answered on the phone').waitFor();
      await page.getByRole('button', { name: 'Order' }).click();
    },
    shown: '{"item":"wine","claims":["age_over_18"]}',
  },
  {
    guide: 'humanproof.md',
    controller: 'ContactController',
    visit: async page => {
      await prove(page);
      await page.getByRole('button', { name: 'Send' }).click();
    },
    shown: '{"received":true}',
  },
  {
    guide: 'captcha.md',
    controller: 'SignupController',
    visit: async page => {
      await prove(page);
      await page.getByRole('button', { name: 'Sign up' }).click();
    },
    shown: '{"welcome":"localhost"}',
  },
  {
    guide: 'engagelab-otp.md',
    controller: 'PhoneController',
    visit: async page => {
      await page.getByLabel('Phone').fill('+45 20 12 34 56');
      await prove(page);
      await page.getByRole('button', { name: 'Send the code' }).click();
      await page.getByLabel('Code').fill('000000');
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('Verification could not be completed').waitFor();
      await page.getByLabel('Code').fill(fixture.sandbox.engagelab.lastCode('+4520123456'));
      await page.getByRole('button', { name: 'Verify' }).click();
    },
    shown: 'Done',
  },
  {
    guide: 'verifyid.md',
    controller: 'AgeGateController',
    visit: async page => {
      await page.getByRole('button', { name: 'log in with MitID' }).click();
      await page.getByRole('link', { name: 'I am 21' }).click();
    },
    shown: '{"welcome":true,"over":18}',
  },
  ...['h-captcha', 'g-recaptcha', 'frc-captcha'].map(place => ({
    guide: 'captcha.md',
    controller: 'ContactController',
    part: `<div class="${place}">`,
    visit: async (page: Page) => {
      await prove(page);
      await page.getByRole('button', { name: 'Send' }).click();
    },
    shown: '{"received":true,"by":"',
  })),
  {
    guide: 'captcha.md',
    controller: 'ContactController',
    part: 'grecaptcha.execute',
    visit: page => page.getByRole('button', { name: 'Send' }).click(),
    shown: '{"received":true,"by":"recaptcha"}',
  },
];

async function prove(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Prove it' }).click();
  await page.getByText('You are human').waitFor();
}

let fixture: BrowserFixture;

describeInBrowser('the page of a guide, pasted beside its controller', () => {
  fixture = new BrowserFixture();
  const before = { ...process.env };
  let folder: string;
  let running: RunningApplication | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(root, 'test/browser/pasted-'));
  });
  afterEach(async () => {
    await running?.app.close();
    running = undefined;
    process.env = { ...before };
    rmSync(folder, { recursive: true });
  });

  async function start({ guide, controller, part = '<form' }: Guide): Promise<string> {
    const text = readFileSync(join(root, 'docs', guide), 'utf8');
    const block = (language: string, wanted: string): string =>
      [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))]
        .map(([, code = '']) => code)
        .find(code => code.includes(wanted)) ?? '';
    const file = join(folder, 'controller.ts');
    writeFileSync(file, block('ts', `export class ${controller} `));
    const page = block('html', part).replaceAll('http://127.0.0.1:4010', fixture.sandbox.url);
    const { providers, customProviders } = fixture.sandbox;
    const turnstile = { ...customProviders.turnstile, hostnames: ['localhost'] };
    const options = { customProviders: CAPTCHAS, providers: { ...providers, ...customProviders, turnstile } };
    running = await boot(
      'express',
      {
        imports: [VerificationModule.forRoot(options)],
        controllers: [((await import(file)) as Record<string, Type>)[controller]!],
      },
      app => {
        app.use('/page', (_: unknown, response: { send(page: string): void }) => {
          response.send(`<!doctype html><link rel="icon" href="data:,">${page}`);
        });
        app.use((request: { session: object }, _: unknown, next: () => void) => {
          request.session = { id: 'a-visitor' };
          next();
        });
      },
    );
    return (process.env['PUBLIC_URL'] = running.url.replace('127.0.0.1', 'localhost'));
  }

  it.each(GUIDES)('docs/$guide: $part', async guide => {
    const { page, trouble } = await fixture.open(`${await start(guide)}/page`);
    await guide.visit(page);
    await page.getByText(guide.shown).waitFor();
    expect(trouble.filter(each => each.startsWith('error:'))).toEqual([]);
  });
});
