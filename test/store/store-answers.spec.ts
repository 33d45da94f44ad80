import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  StateStore,
  VerificationGuard,
  VerificationModule,
} from 'nestjs-verification';
import { State } from '../../lib/src/store/state.js';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { StubServer } from '../support/stub-server.js';
import { until } from '../support/until.js';

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('once')
  @RequireVerification('checkify', { consume: false, once: true })
  once(): object {
    return {};
  }

  @Post('remember')
  @RequireVerification('checkify', { remember: { for: '30m', subject: () => 'ada' } })
  remember(): object {
    return {};
  }

  @Post('code')
  @RequireVerification('engagelab')
  code(): object {
    return {};
  }
}

/** A store whose answers a test chooses, such as those of a store in JavaScript. */
class OddStore extends FragileStore {
  answers: Partial<Record<'get' | 'setIfAbsent' | 'increment', unknown>> = {};

  override async get(key: string): Promise<string | undefined> {
    const value = await super.get(key);
    return 'get' in this.answers && (value === undefined || this.answers.get !== null)
      ? (this.answers.get as string)
      : value;
  }
  override async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    const stored = await super.setIfAbsent(key, value, ttlMs);
    return 'setIfAbsent' in this.answers ? (this.answers.setIfAbsent as boolean) : stored;
  }
  override async increment(key: string, ttlMs: number): Promise<number> {
    const count = await super.increment(key, ttlMs);
    return 'increment' in this.answers ? (this.answers.increment as number) : count;
  }
}

let stub: StubServer;
const store = new OddStore();
let running: RunningApplication;
let otp: EngageLabOtpService;

beforeAll(async () => {
  stub = await StubServer.start();
  const options = optionsFor(stub, { store });
  running = await boot('express', {
    imports: [
      VerificationModule.forRoot({
        ...options,
        providers: { ...options.providers, engagelab: { ...options.providers?.engagelab, sendLimit: {} } },
      }),
    ],
    controllers: [ShopController],
  });
  otp = running.app.get(EngageLabOtpService);
});
afterAll(async () => {
  await running.app.close();
  await stub.stop();
});
beforeEach(() => {
  stub.reset(yes);
  store.reset();
  for (const own of ['take', 'entries']) Reflect.deleteProperty(store, own);
  store.answers = {};
});

const MESSAGE = { to: '+4512345678', templateId: 't' };
const OUTAGE = { status: 503, body: { code: 'verification_unavailable' } };
const visit = (route: string, body: object): Promise<object> => send(`${running.url}/${route}`, body);

it('null for what is not there is not there', async () => {
  store.answers = { get: null };
  const { challengeId } = await otp.send(MESSAGE);
  const body = { challenge_id: challengeId, verify_code: '123456' };
  expect(await visit('code', body)).toMatchObject({ status: 201 });
  expect(await visit('remember', { checkify_token: 'r1' })).toMatchObject({ status: 201 });
  expect(await visit('remember', {})).toMatchObject({ status: 201 });
  expect(running.logger.lines).toEqual([]);
});

it.each([42, true, {}, Buffer.from('{}')])(
  'a value that is %p is an outage that spends nothing',
  async value => {
    store.answers = { get: value };
    expect(await visit('remember', { checkify_token: 'r1' })).toMatchObject(OUTAGE);
    await expect(otp.send(MESSAGE)).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(stub.seen).toHaveLength(0);
    expect(running.logger.lines).toContainEqual(
      expect.stringContaining(
        '[verification.store_failed provider=engagelab operation=take error=WRONG_TYPE',
      ),
    );
  },
);

it.each([undefined, null, 1, 0, 'OK', 'false', {}])(
  'a store that says %p to whether it stored lets nobody through, and sends nothing',
  async stored => {
    store.answers = { setIfAbsent: stored };
    expect(await visit('once', { checkify_token: 'r1' })).toMatchObject(OUTAGE);
    await expect(otp.send(MESSAGE)).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(paths(stub)).not.toContain('/v1/messages');
  },
);

it.each([undefined, null, NaN, 0, -1, 1.5, '1', [1], {}])(
  'a count that is %p allows no guess',
  async count => {
    const { challengeId } = await otp.send(MESSAGE);
    store.answers = { increment: count };
    const body = { challenge_id: challengeId, verify_code: '123456' };
    expect(await visit('code', body)).toMatchObject(OUTAGE);
    expect(paths(stub)).toEqual(['/v1/messages']);
  },
);

describe('budgets and entries', () => {
  const state = (): State => running.app.get(State, { strict: false });
  const bucket = { key: 'bucket', capacity: 1, refillMs: 60_000 };

  it.each([undefined, null, NaN, -1, Infinity, '0', true, [0], {}])(
    'a wait that is %p gives nothing',
    async wait => {
      store.take = () => Promise.resolve(wait as number);
      await expect(state().take(bucket)).rejects.toMatchObject({ code: 'provider_unavailable' });
      await expect(state().waitFor(bucket)).rejects.toMatchObject({ code: 'provider_unavailable' });
    },
  );

  it.each([
    undefined,
    null,
    {},
    [],
    [['name', 'value']],
    'text',
    new Map([['name', 1]]),
    new Map([[1, 'value']]),
  ])('entries that are %p are none that anybody relies on', async entries => {
    store.entries = () => Promise.resolve(entries as Map<string, string>);
    await expect(state().entries('key')).rejects.toMatchObject({ code: 'provider_unavailable' });
  });

  it.each([
    ['setIfAbsent', 1],
    ['setIfAbsent', 'OK'],
    ['setIfAbsent', undefined],
    ['get', 42],
    ['get', false],
  ] as const)(
    'a store of five operations whose %s says %p gives nothing either',
    async (operation, answer) => {
      store.take = StateStore.prototype.take.bind(store);
      store.answers = { [operation]: answer };
      await expect(state().take(bucket)).rejects.toMatchObject({ code: 'provider_unavailable' });
    },
  );

  it('what was taken is given back, also after the deadline', async () => {
    const deadline = performance.now() + 500;
    const taken = await state().for('acme', deadline).take(bucket);
    await until(() => performance.now() > deadline);
    expect((await state().take(bucket)).waitMs).toBeGreaterThan(0);
    await taken.giveBack?.();
    await expect(state().waitFor(bucket)).resolves.toBe(0);
  });

  it('giving back fails in a line, and throws nothing', async () => {
    const taken = await state().for('acme').take(bucket);
    store.broken = ['take'];
    running.logger.lines.length = 0;
    await expect(taken.giveBack?.()).resolves.toBeUndefined();
    expect(running.logger.lines).toEqual([
      expect.stringContaining('[verification.store_failed provider=acme operation=take]'),
    ]);
  });
});
