import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import fc from 'fast-check';
import {
  ConfigurationError,
  RequireAnyVerification,
  VerificationGuard,
  VerificationModule,
  Verified,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { asked, optionsFor, yes } from '../support/answering.js';
import { boot, type RunningApplication } from '../support/application.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';

/** Combinations of demands and visits, each with an application of its own; the nightly run tries many more. */
const CASES = Math.ceil(Number(process.env['PROPERTY_CASES'] ?? 500) / 10);
jest.setTimeout(CASES * 1000);

const header =
  (name: string) =>
  (context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers[name];
const isLarge = (context: ExecutionContext): boolean => header('x-large')(context) === 'yes';

const remember = fc.constantFrom(
  { for: '1h', subject: header('x-visitor') },
  { for: '5m', subject: header('x-visitor') },
  { for: '1h', subject: header('x-account') },
);
const options = (own: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record<Record<string, unknown>>(
    { ...own, remember, once: fc.constant(true), when: fc.constant(isLarge) },
    { requiredKeys: ['claims'].filter(name => name in own) },
  );
const claims = (...all: string[][]) => fc.constantFrom(...all);
const alternative = fc.oneof(
  fc.tuple(
    fc.constant('checkify'),
    options({
      claims: claims(['human_verified'], ['age_over_18'], ['age_over_21', 'human_verified']),
      field: fc.constantFrom('scan', 'other_scan'),
      consume: fc.constant(false),
    }),
  ),
  fc.tuple(fc.constant('humanproof'), options({ field: fc.constant('proof') })),
  fc.tuple(
    fc.constant('verifyid'),
    options({
      claims: claims(['age_over_16'], ['age_over_18']),
      field: fc.constant({ token: 'login' }),
    }),
  ),
);
const demand = fc.record({
  anyOf: fc.array(alternative, { minLength: 1, maxLength: 2 }),
  onClass: fc.boolean(),
});
const visit = fc.record({
  visitor: fc.constantFrom('ada', 'bob', undefined),
  large: fc.boolean(),
  isOneToken: fc.boolean(),
});

let stub: StubServer;
beforeAll(async () => {
  stub = await StubServer.start();
});
afterAll(() => stub.stop());

/** The proof of a call; every proof is good once. */
const proofs: string[] = [];
const once: Script = (request, response) => {
  const { request_id, response: token } = request.body === '' ? {} : asked(request);
  const proof = JSON.stringify([request.path, request_id, token]);
  const isUsed = proofs.includes(proof);
  proofs.push(proof);
  if (!isUsed) yes(request, response);
  else if (request.path === CHECKIFY.verify)
    reply(409, CHECKIFY.error('verification_failed'))(request, response);
  else if (request.path === HUMANPROOF.verify) reply(200, HUMANPROOF.no())(request, response);
  else reply(404, VERIFYID.no)(request, response);
};

async function start(
  demands: readonly { anyOf: readonly unknown[]; onClass: boolean }[],
  readsVerdict: boolean,
): Promise<RunningApplication | undefined> {
  class ShopController {
    pay(_verified: unknown): object {
      return {};
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(ShopController.prototype, 'pay')!;
  for (const { anyOf, onClass } of demands) {
    const decorate: (...target: never[]) => void = RequireAnyVerification(...(anyOf as [never]));
    decorate(...((onClass ? [ShopController] : [ShopController.prototype, 'pay', descriptor]) as never[]));
  }
  if (readsVerdict) (Verified() as ParameterDecorator)(ShopController.prototype, 'pay', 0);
  Post()(ShopController.prototype, 'pay', descriptor);
  UseGuards(VerificationGuard)(ShopController);
  Controller()(ShopController);
  try {
    return await boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [ShopController],
    });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain('Say whose verdict');
    return undefined;
  }
}

it('whoever brings good evidence for everything passes, on every visit, and no proof is asked about twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(demand, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.array(visit, { minLength: 2, maxLength: 6 }),
      async (demands, readsVerdict, visits) => {
        const running = await start(demands, readsVerdict);
        if (running === undefined) return;
        stub.reset(once);
        proofs.length = 0;
        for (const [index, { visitor, large, isOneToken }] of visits.entries()) {
          const token = (name: string): string => (isOneToken ? `t${index}` : `${name}${index}`);
          const names = [
            'checkify_token',
            'scan',
            'other_scan',
            'humanproof-token',
            'proof',
            'token_age_verified',
            'login',
          ];
          const body = { ...Object.fromEntries(names.map(name => [name, token(name)])), device_id: 'd1' };
          const before = proofs.length;
          const response = await fetch(running.url, {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'x-large': large ? 'yes' : 'no',
              ...(visitor === undefined ? {} : { 'x-visitor': visitor, 'x-account': `of ${visitor}` }),
            },
            body: JSON.stringify(body),
          });
          expect([response.status, await response.text()]).toEqual([201, '{}']);
          const own = proofs.slice(before);
          expect(new Set(own).size).toBe(own.length);
        }
        await running.app.close();
      },
    ),
    { numRuns: CASES },
  );
});
