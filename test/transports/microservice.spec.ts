import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Injectable,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ExecutionContext,
  type INestMicroservice,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { of, type Observable } from 'rxjs';
import {
  CheckifyService,
  ConfigurationError,
  RequireVerification,
  Verified,
  VerificationErrorFilter,
  VerificationGuard,
  VerificationModule,
  type AcceptedVerdict,
  type CheckifyVerdict,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { asked, optionsFor, yes } from '../support/answering.js';
import { CollectingLogger } from '../support/application.js';
import { module } from '../support/module.js';
import { reply, StubServer } from '../support/stub-server.js';
import { until } from '../support/until.js';
import { Gathering } from './gathering.js';
import { ServiceClient, TCP } from './tcp-service.js';

interface Order {
  readonly proof?: string;
  readonly amount?: number;
}

const ran: unknown[] = [];
const fromPayload = (context: ExecutionContext) => ({
  requestId: context.switchToRpc().getData<Order>().proof,
});

@Injectable({ scope: Scope.REQUEST })
class PerMessage {
  readonly greeting = 'welcome';
}

@Controller()
@UseGuards(VerificationGuard)
@UseFilters(VerificationErrorFilter)
class OrderController {
  constructor(@Inject(CheckifyService) private readonly checkify: CheckifyService) {}

  @MessagePattern('open')
  open(): string {
    return 'open';
  }

  @MessagePattern('pay')
  @RequireVerification('checkify', { evidence: fromPayload })
  pay(@Payload() { amount }: Order, @Verified() { requestId }: CheckifyVerdict): Observable<unknown> {
    ran.push('pay');
    return of({ amount, requestId });
  }

  @MessagePattern('text')
  @RequireVerification('checkify', {
    evidence: context => ({ requestId: context.switchToRpc().getData<string>() }),
  })
  text(@Verified() { requestId }: CheckifyVerdict): string | undefined {
    return requestId;
  }

  @MessagePattern('usual')
  @RequireVerification('checkify')
  usual(): void {
    ran.push('usual');
  }

  @MessagePattern('manual')
  manual({ proof = '' }: Order): Promise<unknown> {
    return this.checkify.verifyHuman(proof);
  }

  @MessagePattern('forgotten')
  forgotten(): Promise<unknown> {
    return this.checkify.verifyAge('r1', 7);
  }

  @EventPattern('ordered')
  @UseInterceptors(Gathering)
  @RequireVerification('checkify', { evidence: fromPayload })
  ordered(@Verified() { claims }: AcceptedVerdict): void {
    ran.push(['ordered', claims]);
  }

  @EventPattern('ordered')
  @UseInterceptors(Gathering)
  @RequireVerification('checkify', { evidence: fromPayload, claims: ['age_over_18'] })
  counted(@Verified() { claims }: AcceptedVerdict): void {
    ran.push(['counted', claims]);
  }
}

@Controller()
@UseFilters(VerificationErrorFilter)
@UseGuards(VerificationGuard)
class ScopedController {
  constructor(@Inject(PerMessage) private readonly message: PerMessage) {}

  @MessagePattern('scoped')
  @RequireVerification('checkify', { evidence: fromPayload })
  scoped(@Payload() _order: Order, @Verified() { requestId }: CheckifyVerdict): unknown {
    return [this.message.greeting, requestId];
  }
}

@Controller()
class BareController {
  @MessagePattern('bare')
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify', { evidence: fromPayload })
  bare(): void {
    ran.push('bare');
  }
}

let stub: StubServer;
beforeAll(async () => {
  stub = await StubServer.start();
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.reset(yes);
  ran.length = 0;
});

const create = (controllers: Type[], logger = new CollectingLogger()): Promise<INestMicroservice> =>
  NestFactory.createMicroservice(
    module({
      imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard: true }))],
      controllers,
      providers: [PerMessage, { provide: APP_GUARD, useExisting: VerificationGuard }],
    }),
    { ...TCP, logger, abortOnError: false },
  );

describe('a microservice', () => {
  const logger = new CollectingLogger();
  let service: INestMicroservice;
  let client: ServiceClient;

  beforeAll(async () => {
    service = await create([OrderController, ScopedController, BareController], logger);
    await service.listen();
    client = new ServiceClient(service);
  });
  afterAll(async () => {
    client.close();
    await service.close();
  });

  it('a message without a demand asks nobody', async () => {
    await expect(client.ask('open', {})).resolves.toBe('open');
    expect(stub.seen).toHaveLength(0);
  });

  it('a message with its proof is handled once, with the verdict', async () => {
    await expect(client.ask('pay', { proof: 'r1', amount: 3 })).resolves.toEqual({
      amount: 3,
      requestId: 'r1',
    });
    expect(asked(stub.seen[0])['request_id']).toBe('r1');
    expect(stub.seen).toHaveLength(1);
  });

  it.each([[{}], [{ proof: '' }], [{ proof: ['r1'] }], ['r1'], [['r1']]])(
    'a message without it is refused, and nobody is asked: %j',
    async data => {
      await expect(client.ask('pay', data)).rejects.toEqual({
        statusCode: 403,
        code: 'verification_required',
        message: 'Verification required',
        error: 'Forbidden',
      });
      expect(ran).toEqual([]);
      expect(stub.seen).toHaveLength(0);
    },
  );

  it('without `evidence` nothing of a message counts', async () => {
    const data = {
      checkify_token: 'r1',
      body: { checkify_token: 'r1' },
      query: { checkify_request_id: 'r1' },
    };
    await expect(client.ask('usual', data)).rejects.toMatchObject({ code: 'verification_required' });
    expect(ran).toEqual([]);
  });

  it('a text can be the proof', async () => {
    await expect(client.ask('text', 'r1')).resolves.toBe('r1');
  });

  it('a no and an outage are told apart, as errors of the message', async () => {
    stub.reset(reply(404, CHECKIFY.error('result_not_found', undefined, 'of the provider')));
    await expect(client.ask('pay', { proof: 'r1' })).rejects.toMatchObject({ code: 'verification_rejected' });
    stub.reset(reply(503, {}, { 'retry-after': '7' }));
    await expect(client.ask('pay', { proof: 'r1' })).rejects.toEqual({
      statusCode: 503,
      code: 'verification_unavailable',
      message: 'Verification is temporarily unavailable. Please try again.',
      error: 'Service Unavailable',
    });
    expect(ran).toEqual([]);
  });

  it('errors of a manual check come out as those of the guard', async () => {
    stub.reset(reply(503, {}));
    const guarded: unknown = await client.ask('pay', { proof: 'r1' }).catch((error: unknown) => error);
    await expect(client.ask('manual', { proof: 'r1' })).rejects.toEqual(guarded);
  });

  it('a mistake of the application is told to the operator alone', async () => {
    await expect(client.ask('forgotten', {})).rejects.toMatchObject({ code: 'verification_unavailable' });
    expect(logger.lines.join()).toContain('"checkify" cannot attest');
  });

  it('messages at once each ask, and each gets its own verdict', async () => {
    const proofs = ['r1', 'r2', 'r3', 'r4'];
    const replies = await Promise.all(proofs.map((proof, amount) => client.ask('pay', { proof, amount })));
    expect(replies).toEqual(proofs.map((requestId, amount) => ({ requestId, amount })));
    expect(stub.seen).toHaveLength(proofs.length);
  });

  it('each handler of an event asks for itself, and gets its own verdict', async () => {
    Gathering.expected = 2;
    await client.emit('ordered', { proof: 'r1' });
    await until(() => ran.length === 2);
    expect(ran).toEqual(
      expect.arrayContaining([
        ['ordered', ['human_verified']],
        ['counted', ['age_over_18']],
      ]),
    );
    expect(stub.seen).toHaveLength(2);
  });

  it('an event without its proof is not handled, and the service lives on', async () => {
    await client.emit('ordered', {});
    await expect(client.ask('open', {})).resolves.toBe('open');
    expect(ran).toEqual([]);
    expect(stub.seen).toHaveLength(0);
  });

  it('a controller that is made per message is held to its demands', async () => {
    await expect(client.ask('scoped', {})).rejects.toMatchObject({ code: 'verification_required' });
    await expect(client.ask('scoped', { proof: 'r1' })).resolves.toEqual(['welcome', 'r1']);
  });

  it('without VerificationErrorFilter it is refused as any error is, and the boot says so', async () => {
    await expect(client.ask('bare', {})).rejects.toEqual({
      status: 'error',
      message: 'Internal server error',
    });
    expect(ran).toEqual([]);
    expect(logger.lines.filter(line => line.includes('internal error')).join()).toMatch(
      /^warn BareController\.bare\(\) has @RequireVerification\('checkify'\).*@UseFilters\(VerificationErrorFilter\)/,
    );
  });
});

it('does not start with a message handler that has no guard of its own', async () => {
  @Controller()
  @RequireVerification('checkify', { evidence: fromPayload })
  class UnguardedController {
    @MessagePattern('pay')
    pay(): void {
      ran.push('unguarded');
    }
    @EventPattern('ordered')
    ordered(order: Order): void {
      ran.push(order);
    }
  }
  const service = await create([UnguardedController]);
  const refused: unknown = await service.listen().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConfigurationError);
  expect((refused as Error).message).toMatch(
    /^UnguardedController\.pay\(\).*no VerificationGuard.*\nUnguardedController\.ordered\(\).*no VerificationGuard/,
  );
  await service.close();
});
