import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
} from 'nestjs-verification';
import { optionsFor } from '../support/answering.js';
import { boot, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';

const adult = { claims: ['age_over_18' as const] };
const remember = { for: '30m' as const, subject: () => 'ada' };
let passed: string[] = [];

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('checkify')
  @RequireVerification('checkify', adult)
  checkify(): void {
    passed.push('checkify');
  }

  @Post('engagelab')
  @RequireVerification('engagelab', { purpose: 'login' })
  engagelab(): void {
    passed.push('engagelab');
  }

  @Post('humanproof')
  @RequireVerification('humanproof', { once: true })
  humanproof(): void {
    passed.push('humanproof');
  }

  @Post('verifyid')
  @RequireVerification('verifyid', adult)
  verifyid(): void {
    passed.push('verifyid');
  }

  @Post('any')
  @RequireAnyVerification(['checkify', { ...adult, remember }], ['verifyid', adult])
  any(): void {
    passed.push('any');
  }
}

const ROUTES = ['checkify', 'engagelab', 'humanproof', 'verifyid', 'any'];
const JUNK = {
  checkify_token: 'junk',
  challenge_id: 'junk',
  verify_code: '000000',
  'humanproof-token': 'junk',
  token_age_verified: 'junk',
  device_id: 'junk',
};

/** Every name in the sources that could be looked up on an object. */
function memberNames(): readonly string[] {
  const root = join(import.meta.dirname, '../../lib/src');
  const names = new Set<string>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /^(sandbox|testing|swagger|terminus|opentelemetry)/.test(file)) continue;
    const code = readFileSync(join(root, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*|^import [^]*?;$/gm, '');
    for (const [, read, declared] of code.matchAll(/\.([a-zA-Z_]\w*)\b(?!\()|\b([a-zA-Z_]\w*)\??:/g))
      names.add(read ?? declared ?? '');
    for (const [, list = ''] of code.matchAll(/\{([\w\s,.:=]*?)\}/g))
      for (const word of list.split(/[,:=]/)) names.add(word.trim());
  }
  return [...names].filter(name => /^[a-zA-Z_]\w*$/.test(name));
}

/** Sends junk to every route over one connection, in plain text: a polluted prototype must not stop the test. */
function ask(port: number, patienceMs: number): Promise<void> {
  const body = JSON.stringify(JUNK);
  const requests = ROUTES.map(
    (route, index) =>
      `POST /${route} HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: ${String(body.length)}\r\n` +
      `connection: ${index === ROUTES.length - 1 ? 'close' : 'keep-alive'}\r\n\r\n${body}`,
  );
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write(requests.join('')));
    // What breaks the server may leave a request without an answer.
    const timer = setTimeout(() => socket.destroy(), patienceMs);
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

describe('whatever Object.prototype has become, junk never passes', () => {
  let stub: StubServer;
  let shop: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    stub.reset(
      reply(404, { success: false, error: { code: 'result_not_found' }, age: null, verified: false }),
    );
    shop = await boot('fastify', {
      imports: [
        VerificationModule.forRoot(
          optionsFor(stub, { http: { transport: 'undici', retries: 0, breaker: false } }),
        ),
      ],
      controllers: [ShopController],
    });
  });
  afterAll(async () => {
    await shop.app.close();
    await stub.stop();
  });

  /** What one careless merge of `{"__proto__": …}` leaves in this realm, while the shop is asked. */
  async function passedWith(name: string, value: unknown, patienceMs = 250): Promise<readonly string[]> {
    passed = [];
    Object.defineProperty(Object.prototype, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
    try {
      await ask(Number(new URL(shop.url).port), patienceMs);
    } finally {
      Reflect.deleteProperty(Object.prototype, name);
    }
    return passed;
  }

  it('is a fair test: without pollution every route refuses, and all are asked', async () => {
    expect(await passedWith('nobody-reads-this', 1, 10_000)).toEqual([]);
    expect(stub.seen.length).toBeGreaterThanOrEqual(4);
  });

  // Promises look these up themselves, so that the test's own requests would never end.
  const own = new Set([
    'then',
    'constructor',
    '__proto__',
    'get',
    'set',
    'value',
    'writable',
    'enumerable',
    'configurable',
  ]);
  const names = memberNames().filter(name => !own.has(name) && !Object.hasOwn(Object.prototype, name));

  it.each([
    ['1', 1],
    ['a text', 'accepted'],
  ])(
    'by any name of the sources, with %s',
    async (_, value) => {
      expect(names).toContain('outcome');
      const through: string[] = [];
      for (const name of names) if ((await passedWith(name, value)).length > 0) through.push(name);
      expect(through).toEqual([]);
    },
    120_000,
  );
});
