import { Injectable, Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import {
  type Answer,
  attest,
  type Check,
  DeclaredEvidence,
  demandedClaims,
  inBody,
  type Requirement,
  VerificationProvider,
} from 'nestjs-verification/provider';
import { Dispatcher } from 'undici';
import { median } from './guard-cost/guard-cost.js';
import { invocation } from './invocation.js';

// The guard with nothing behind it: what metadata, evidence, verdicts and events cost by themselves.

/** Says yes at once. */
@Injectable()
class ImmediateProvider extends VerificationProvider<{ requestId: string }> {
  readonly name = 'checkify-stand-in';
  readonly evidence = new DeclaredEvidence<{ requestId: string }>(
    { requestId: { fields: inBody('checkify_token') } },
    [['requestId']],
  );

  describe({ claims }: Requirement): Check {
    const supports = (): boolean => true;
    return {
      claims: demandedClaims(claims, {
        provider: this.name,
        defaults: ['human_verified'],
        supports,
        hint: '',
      }),
    };
  }

  ask(): Promise<Answer> {
    return Promise.resolve(attest(['human_verified'], {}));
  }
}

/** Answers Checkify's verify call without a network. */
class ImmediateDispatcher extends Dispatcher {
  override dispatch({ body }: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
    const { request_id } = JSON.parse(body as string) as { request_id: string };
    const reply = Buffer.from(
      `{"success":true,"status":"completed","request_id":"${request_id}","approved_claims":{"human_verified":true}}`,
    );
    queueMicrotask(() => {
      handler.onRequestStart?.(controller, undefined);
      handler.onResponseStart?.(controller, 200, { 'content-type': 'application/json' }, 'OK');
      handler.onResponseData?.(controller, reply);
      handler.onResponseEnd?.(controller, {});
    });
    return true;
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

function controllerFor(provider: string, options: object = {}): Type<{ pay(): unknown }> {
  class PayController {
    pay(): object {
      return {};
    }
  }
  RequireVerification(provider as 'checkify', options)(
    PayController.prototype,
    'pay',
    Object.getOwnPropertyDescriptor(PayController.prototype, 'pay')!,
  );
  return PayController;
}

async function guardOf(root: DynamicModule): Promise<VerificationGuard> {
  class RootModule {}
  Module({ imports: [root] })(RootModule);
  const app = await NestFactory.createApplicationContext(RootModule, { logger: false });
  return app.get(VerificationGuard);
}

const dispatcher = new ImmediateDispatcher();
const checkify = (http: object): DynamicModule =>
  VerificationModule.forRoot({
    allowLoopback: true,
    http,
    providers: { checkify: { apiKey: 'csk_bench', baseUrl: 'http://127.0.0.1:1' } },
  });

/** A guard, and the route it judges. */
interface Subject {
  readonly title: string;
  readonly guard: VerificationGuard;
  readonly target: Type<{ pay(): unknown }>;
}

class UndecoratedController {
  pay(): object {
    return {};
  }
}

async function subjects(): Promise<Subject[]> {
  const own = controllerFor('checkify-stand-in');
  const route = controllerFor('checkify');
  const immediate = await guardOf(VerificationModule.forRoot({ customProviders: [ImmediateProvider] }));
  const open = await guardOf(
    checkify({ transport: 'undici', retries: 0, breaker: { failures: 1, coolDownMs: 2_147_483_647 } }),
  );
  return [
    { title: 'undecorated route', guard: immediate, target: UndecoratedController },
    { title: 'guard, provider that answers at once', guard: immediate, target: own },
    {
      title: "guard and Checkify, transport 'undici', stubbed dispatcher",
      guard: await guardOf(checkify({ transport: 'undici', dispatcher })),
      target: route,
    },
    {
      title: "guard and Checkify, transport 'axios', stubbed dispatcher",
      guard: await guardOf(checkify({ transport: 'axios', dispatcher })),
      target: route,
    },
    {
      title: "guard and Checkify, transport 'axios' with something for it to do, stubbed dispatcher",
      guard: await guardOf(checkify({ transport: 'axios', axios: {}, dispatcher })),
      target: route,
    },
    {
      title: 'visitor who is remembered',
      guard: immediate,
      target: controllerFor('checkify-stand-in', {
        remember: { for: '30m', subject: () => 'ada' },
      }),
    },
    { title: 'refusal while the breaker is open', guard: open, target: route },
  ];
}

async function judge({ guard, target }: Subject, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) {
    const body = { checkify_token: `56a57761-ff5b-42f0-9c97-${String(call).padStart(12, '0')}` };
    try {
      await guard.canActivate(invocation(target, body));
    } catch {
      // a refusal
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

/** CPU microseconds per judgement, with the context that Nest would make. */
export async function measureGuardOnly(rounds: number, calls: number): Promise<Map<string, number>> {
  const all = await subjects();
  const samples = new Map<string, number[]>(all.map(({ title }) => [title, []]));
  for (const subject of all) await judge(subject, calls);
  for (let round = 0; round < rounds; round++)
    for (const subject of all) samples.get(subject.title)?.push(await judge(subject, calls));
  return new Map([...samples].map(([title, values]) => [title, median(values)]));
}
