import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express } from 'express';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { readConfig } from '../../sample-app/src/app.config.js';
import { createApp } from '../../sample-app/src/create-app.js';
import { REFUSAL_WORDS } from '../../sample-app/src/pages/refusal-words.js';

const SOURCES = join(import.meta.dirname, '../../sample-app/src');
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const PAGES = ['/', '/signup', '/checkout', '/age-gate', '/contact'];
const VARIABLES = [
  'CHECKIFY_API_KEY',
  'ENGAGELAB_DEV_KEY',
  'ENGAGELAB_DEV_SECRET',
  'HUMANPROOF_SECRET',
  'VERIFYID_PLUGIN_KEY',
  'TURNSTILE_SECRET_KEY',
  'HCAPTCHA_SECRET_KEY',
  'RECAPTCHA_SECRET_KEY',
  'FRIENDLY_CAPTCHA_API_KEY',
];

async function start(sandbox?: Pick<Sandbox, 'url' | 'providers'>): Promise<NestExpressApplication> {
  const app = await createApp(readConfig({}), sandbox as Sandbox | undefined);
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  return app;
}

describe('the pages of the sample app', () => {
  let sandbox: Sandbox;
  let app: NestExpressApplication;
  const get = async (path: string, accept = BROWSER, init: RequestInit = {}) =>
    fetch((await app.getUrl()) + path, { redirect: 'manual', ...init, headers: { accept } });

  beforeAll(async () => {
    sandbox = await startSandbox();
    app = await start(sandbox);
  });

  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  it.each(PAGES)('%s is a complete page for browsers', async path => {
    const response = await get(path);
    expect(response.status).toBe(path === '/age-gate' ? 403 : 200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html).toMatch(/^<!doctype html>[^]*<main id="main"[^]*<\/html>\s*$/);
    expect(html).not.toMatch(/\{\{|\}\}/);
  });

  it.each(PAGES)('%s loads nothing inline, and only the widgets from other origins', async path => {
    const response = await get(path);
    const policy = Object.fromEntries(
      String(response.headers.get('content-security-policy'))
        .split('; ')
        .map(each => [each.split(' ')[0], each.split(' ').slice(1).join(' ')]),
    );
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': `'self' ${sandbox.url}`,
      'connect-src': `'self' ${sandbox.url}`,
      'style-src': "'self'",
      'img-src': "'self'",
      'form-action': `'self' ${sandbox.url}`,
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    });
    expect(await response.text()).not.toMatch(/<script>|<script [^>]*>[^<]|<style|\sstyle=|\son\w+=/);
  });

  it.each([
    ['/', 'Referrer-Policy', 'same-origin'],
    ['/', 'X-Content-Type-Options', 'nosniff'],
    ['/', 'Cross-Origin-Opener-Policy', 'same-origin'],
    ['/', 'X-Powered-By', null],
    ['/age-gate', 'Cache-Control', 'no-store'],
    ['/age-gate', 'Vary', 'Accept'],
    ['/assets/shop.css', 'X-Content-Type-Options', 'nosniff'],
    ['/assets/form.js', 'Content-Type', 'text/javascript; charset=utf-8'],
    ['/assets/icon.svg', 'Content-Type', 'image/svg+xml'],
  ])('%s has the header %s: %s', async (path, name, value) => {
    expect((await get(path)).headers.get(name)).toBe(value);
  });

  it.each([
    ['/', '*/*', 200, 'POST /signup'],
    ['/', 'application/json', 200, 'POST /signup'],
    ['/age-gate', '*/*', 403, 'code'],
    ['/age-gate', 'application/json', 403, 'code'],
  ])('%s is JSON for clients that accept %s', async (path, accept, status, member) => {
    const response = await get(path, accept);
    expect([response.status, Object.keys((await response.json()) as object)]).toEqual([
      status,
      expect.arrayContaining([member]),
    ]);
  });

  it.each([
    ['/signup', 'account'],
    ['/signup', 'phone'],
    ['/signup', 'code'],
    ['/checkout', 'order'],
    ['/contact', 'contact'],
  ])('%s has words for every refusal of its form "%s"', async (path, name) => {
    const html = await (await get(path)).text();
    const form = new RegExp(`<form [^>]*name="${name}".*?</form>`, 's').exec(html)?.[0] ?? '';
    const words =
      /<template data-code="(\w+)" [^>]*>(?:\s*<p(?: class="\w+")?>[^<]+<\/p>){4}\s*<\/template>/g;
    const codes = [...form.matchAll(words)].map(([, code]) => code);
    expect(codes).toEqual(Object.keys(REFUSAL_WORDS));
  });

  it.each([
    ['40', '40 seconds'],
    ['600', '10 minutes'],
  ])('a page says how long to wait if that is known (%s)', async (retryAfter, wait) => {
    const headers = { 'retry-after': retryAfter };
    sandbox.faults.inject({ provider: 'verifyid', status: 429, headers });
    const response = await get('/checkout/mitid', BROWSER, { method: 'POST' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, retryAfter]);
    const html = await response.text();
    expect(html).toContain(`Try again in ${wait}.`);
    expect(html).toContain('verification_unavailable · 503');
  });

  it('a form that is sent without JavaScript gets a page too', async () => {
    const html = await (
      await get('/signup', BROWSER, {
        method: 'POST',
        body: new URLSearchParams({ email: 'ada@example.com' }),
      })
    ).text();
    expect(html).toMatch(/Please do the check first[^]*Turn on JavaScript/);
    expect(html).not.toContain('Access refused');
  });

  it('an order that is sent without JavaScript and proof leads to MitID, and keeps the item', async () => {
    const body = new URLSearchParams({ item: 'Cider' });
    const html = await (await get('/checkout', BROWSER, { method: 'POST', body })).text();
    expect(html).toMatch(/over 18 first[^]*action="\/checkout\/mitid"[^]*name="item" value="Cider"/);
  });

  it.each(['/signup', '/contact'])('%s shows no form that nobody can send without JavaScript', async path => {
    const html = await (await get(path)).text();
    expect(html).toContain('<noscript><link rel="stylesheet" href="/assets/noscript.css" /></noscript>');
    expect(html).toMatch(/<h1>[^<]*<\/h1>\s*<noscript>[^]*<section id="\w+(-step)?" class="scripted"/);
    expect(await (await get('/assets/noscript.css')).text()).toMatch(
      /\.scripted \{\s*display: none !important/,
    );
  });

  it('an order needs no JavaScript, with MitID', async () => {
    const cookies = (response: Response): string =>
      response.headers
        .getSetCookie()
        .map(each => String(each.split(';')[0]))
        .join('; ');
    const post = async (path: string, cookie = ''): Promise<Response> => {
      const body = new URLSearchParams({ item: 'Cider' });
      const headers = { accept: BROWSER, cookie };
      return fetch((await app.getUrl()) + path, { method: 'POST', redirect: 'manual', body, headers });
    };
    expect(await (await get('/checkout')).text()).toMatch(/<noscript>[^]*formaction="\/checkout\/mitid"/);
    const login = await post('/checkout/mitid');
    const back = new URL(sandbox.verifyid.loginRedirect(String(login.headers.get('location')), 21));
    const form = await (await get(back.pathname + back.search)).text();
    expect(form).toContain('value="Cider" checked');
    const action = /name="order" action="([^"]+)"/.exec(form)?.[1] ?? '';
    const path = action.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    const placed = await post(path, cookies(login));
    expect([placed.status, placed.headers.get('location')]).toEqual([303, '/checkout/placed']);
    const show = async (cookie: string) =>
      fetch(`${await app.getUrl()}/checkout/placed`, { headers: { accept: BROWSER, cookie } });
    for (const _ of ['at once', 'after a reload'])
      expect(await (await show(cookies(placed))).text()).toMatch(
        /Order placed[^]*Cider<\/strong> is on its way[^]*MitID[^]*K\d{6}[^]*32 kr\./,
      );
    expect((await show(cookies(login))).status).toBe(404); // nobody else sees the order
  });

  it('a wrong address is a page for browsers, and JSON for others', async () => {
    const page = await get('/nothing');
    expect(page.status).toBe(404);
    expect(await page.text()).toMatch(/This page does not exist[^]*Back to the shop/);
    expect(await (await get('/nothing', 'application/json')).json()).toMatchObject({ statusCode: 404 });
  });

  it.each(PAGES.slice(1))('the navigation shows that one is at %s', async path => {
    const links = [...(await (await get(path)).text()).matchAll(/<a href="([^"]+)" aria-current="page">/g)];
    expect(links.map(([, href]) => href)).toEqual([path]);
  });

  it('the login comes back to the address of the request, on any port', async () => {
    const { headers } = await get('/age-gate/start', BROWSER, { method: 'POST' });
    const back = sandbox.verifyid.loginRedirect(String(headers.get('location')), 21);
    expect(new URL(back).origin).toBe((await app.getUrl()).replace('[::1]', 'localhost'));
  });
});

describe('with real credentials', () => {
  let app: NestExpressApplication;

  beforeAll(async () => {
    for (const name of VARIABLES) process.env[name] = 'real';
    app = await start();
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  });

  afterAll(() => app.close());

  it.each(PAGES)('%s does not mention the sandbox', async path => {
    const response = await fetch((await app.getUrl()) + path, { headers: { accept: BROWSER } });
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("form-action 'self' https:;");
    const html = await response.text();
    expect(html).not.toMatch(
      /sandbox|127\.0\.0\.1|<checkify-verification|<human-proof|-captcha">|cf-turnstile">/i,
    );
  });

  it.each([
    ['/signup', ['The widget of checkify goes here', 'The widget of humanproof goes here']],
    ['/checkout', ['The widget of checkify goes here']],
    ['/contact', ['The widget of turnstile goes here', 'The widget of humanproof goes here']],
  ])('%s says where the widgets of the providers go', async (path, texts) => {
    const html = await (await fetch((await app.getUrl()) + path, { headers: { accept: BROWSER } })).text();
    for (const text of texts) expect(html).toContain(text);
  });
});

describe('a view', () => {
  let sandbox: Sandbox;
  let app: NestExpressApplication;

  beforeAll(async () => {
    sandbox = await startSandbox();
    app = await start(sandbox);
  });

  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  const render = (view: string, model: object): Promise<string> =>
    new Promise((resolve, reject) => {
      const express: Express = app.getHttpAdapter().getInstance();
      express.render(view, model, (error: Error | null, html: string) => {
        if (error === null) resolve(html);
        else reject(error);
      });
    });

  it.each([
    ['{{name}}', '{{name}}'],
    ['{{#name}}x{{/name}}', '{{#name}}x{{/name}}'],
    ['{{{name}}}', '{{{name}}}'],
    ['{{> bar}}', '{{&gt; bar}}'],
    ['<b>', '&lt;b&gt;'],
    ['" onclick="', '&quot; onclick&#x3D;&quot;'],
  ])('shows a visitor’s %s as text', async (text, shown) => {
    const fields = ['tone', 'eyebrow', 'title', 'what', 'next', 'code', 'status'];
    const model = Object.fromEntries(fields.map(field => [field, `(${text})`]));
    const html = await render('refused', { ...model, name: 'secret' });
    expect(html.split(`(${shown})`)).toHaveLength(fields.length + 2); // the page has the title twice
    expect(html).not.toContain('secret');
  });

  it.each(['welcome', 'refused'])(
    '"%s" shows the code of its partial without more indentation',
    async view => {
      const gate = readFileSync(join(SOURCES, 'views/partials/gate.html'), 'utf8');
      const code = /<pre>.*<\/pre>/s.exec(gate)?.[0];
      expect(await render(view, { isAgeGate: true })).toContain(code);
    },
  );

  describe('with a mistake', () => {
    const folder = mkdtempSync(join(tmpdir(), 'views-'));
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };

    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    it('is an error if it does not exist', async () => {
      await expect(render('nothing', {})).rejects.toThrow('Failed to lookup view "nothing"');
    });

    it('is an error if a partial does not exist', async () => {
      const view = write('partial.html', '{{> nothing}}');
      await expect(render(view, {})).rejects.toThrow('The partial nothing could not be found');
    });

    it.each(['unknown', 'constructor', '__proto__'])('shows nothing for {{%s}}', async name => {
      const view = write(`${name}.html`, `[{{${name}}}]`);
      expect(await render(view, {})).toBe('[]');
    });
  });
});

describe('the routes that the pages show', () => {
  const views = readdirSync(join(SOURCES, 'views'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.html'))
    .map(name => readFileSync(join(SOURCES, 'views', name), 'utf8'));
  const shown = views.flatMap(html =>
    [...html.matchAll(/<pre><code>(.*?)<\/code><\/pre>\s*<p class="small">(.*?)<\/p>/gs)].map(
      ([, code = '', path = '']) => [path, code] as const,
    ),
  );
  const bare = (code: string): string => code.replace(/\s|,(?=\s*[)\]}])/g, '');

  it('exist', () => {
    expect(shown.length).toBeGreaterThanOrEqual(4);
  });

  it.each(shown)('are those of %s', (path, code) => {
    expect(bare(readFileSync(join(SOURCES, '../..', path), 'utf8'))).toContain(bare(code));
  });
});
