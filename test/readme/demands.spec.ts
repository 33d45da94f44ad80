import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { VerificationModule } from 'nestjs-verification';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { boot, send, type RunningApplication } from '../support/application.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const guide = readFileSync(join(root, 'docs/demands.md'), 'utf8');

type Class = new () => object;

const before = { ...process.env };
let folder: string;
let files = 0;
let sandbox: Sandbox;
let running: RunningApplication | undefined;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(root, 'test/readme/pasted-'));
});
afterEach(async () => {
  await running?.app.close();
  running = undefined;
  process.env = { ...before };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sandbox.close();
});

/** A class of the guide, as pasted; `change` is a mistake that the reader makes. */
async function pasted(name: string, change: (code: string) => string = code => code): Promise<Class> {
  const blocks = [...guide.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
  const file = join(folder, `${name}-${String(files++)}.ts`);
  writeFileSync(file, change(blocks.find(code => code.includes(`export class ${name} `)) ?? ''));
  return ((await import(file)) as Record<string, Class>)[name]!;
}

async function start(controller: Class): Promise<string> {
  const imports = [VerificationModule.forRoot({ providers: sandbox.providers })];
  running = await boot('express', { imports, controllers: [controller] }, app => {
    const express = app.getHttpAdapter().getInstance() as { set(name: string, value: unknown): void };
    express.set('trust proxy', true);
  });
  return running.url;
}

function humanProof(): object {
  const { requestId } = sandbox.checkify.start();
  sandbox.checkify.approve(requestId);
  return { checkify_token: requestId };
}

it('a small order passes, and a large or odd one needs a proof', async () => {
  const url = `${await start(await pasted('OrderController'))}/orders`;
  const calls = sandbox.calls.length;
  expect(await send(url, { total: 20 })).toMatchObject({ status: 201, body: { by: 'anybody' } });
  expect(sandbox.calls).toHaveLength(calls);
  for (const total of [2000, '20', null]) {
    expect(await send(url, { total })).toMatchObject({ body: { code: 'verification_required' } });
  }
  const large = { total: 2000, ...humanProof() };
  expect(await send(url, large)).toMatchObject({ status: 201, body: { by: 'a human' } });
});

it('an exempt method needs no proof, and the boot says so', async () => {
  const url = await start(await pasted('ClubController'));
  expect(await send(`${url}/club/prices`)).toMatchObject({ status: 200, body: { coffee: 20 } });
  expect(await send(`${url}/club/orders`, {})).toMatchObject({ status: 403 });
  const line = /^ClubController\.order.*$/m.exec(guide)?.[0] ?? 'none';
  expect(running?.logger.routes.join()).toContain(line.replace(' [verification.routes]', ''));
});

it('an application that observes refuses nobody, and says so', async () => {
  process.env['CHECKIFY_API_KEY'] = sandbox.credentials.checkify.apiKey;
  process.env['CHECKIFY_BASE_URL'] = sandbox.baseUrls.checkify;
  const controllers = [await pasted('OrderController')];
  running = await boot('express', { imports: [await pasted('ObservingModule')], controllers });
  const { url, logger } = running;
  expect(await send(`${url}/orders`, { total: 2000 })).toMatchObject({ body: { by: 'anybody' } });
  expect(await send(`${url}/orders`, { total: 2000, ...humanProof() })).toMatchObject({
    body: { by: 'anybody' },
  });
  const line = /^OrderController\.order.*verification\.observed.*$/m.exec(guide)?.[0] ?? 'none';
  expect(logger.rejections.join()).toContain(line);
  const [, warning = 'none'] = /Every start warns: `(.*)`/.exec(guide) ?? [];
  expect(logger.lines.join()).toContain(warning);
});

it('a guard that calls ours says so, or the boot stops', async () => {
  const url = `${await start(await pasted('OfficeController'))}/office`;
  const enter = async (ip: string): Promise<number> =>
    (await fetch(url, { method: 'POST', headers: { 'x-forwarded-for': ip } })).status;
  expect([await enter('127.0.0.1'), await enter('192.0.2.1')]).toEqual([201, 403]);
  await running?.app.close();
  running = undefined;
  const silent = await pasted('OfficeController', code => code.replace(/^ *static readonly covers.*$/m, ''));
  const message = /^OfficeController\.enter\(\).*$/m.exec(guide)?.[0] ?? 'none';
  await expect(start(silent)).rejects.toThrow(message);
});
