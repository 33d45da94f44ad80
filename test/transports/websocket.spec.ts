import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Inject,
  Injectable,
  Scope,
  UseFilters,
  UseGuards,
  type ExecutionContext,
  type Provider,
  type Type,
} from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  CheckifyService,
  ConfigurationError,
  RequireVerification,
  Verified,
  VerificationErrorFilter,
  VerificationGuard,
  VerificationModule,
  type CheckifyVerdict,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { asked, optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type Platform, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';
import { GatewayClient } from './websocket-client.js';

interface Message {
  readonly proof?: string;
  readonly amount?: number;
}

const ran: string[] = [];
const fromMessage = (context: ExecutionContext) => ({
  requestId: context.switchToWs().getData<Message>().proof,
});

@WebSocketGateway({ path: '/shop' })
@UseGuards(VerificationGuard)
@UseFilters(VerificationErrorFilter)
class ShopGateway {
  constructor(@Inject(CheckifyService) private readonly checkify: CheckifyService) {}

  @SubscribeMessage('open')
  open(): object {
    return { event: 'open', data: 'open' };
  }

  @SubscribeMessage('pay')
  @RequireVerification('checkify', { evidence: fromMessage })
  pay(@MessageBody() { amount }: Message, @Verified() { requestId }: CheckifyVerdict): object {
    ran.push('pay');
    return { event: 'paid', data: { amount, requestId } };
  }

  @SubscribeMessage('usual')
  @RequireVerification('checkify')
  usual(): object {
    ran.push('usual');
    return { event: 'ran', data: '' };
  }

  @SubscribeMessage('text')
  @RequireVerification('checkify', {
    evidence: context => ({ requestId: context.switchToWs().getData<string>() }),
  })
  text(@MessageBody() data: string, @ConnectedSocket() client: object): object {
    ran.push('text');
    return { event: 'text', data: [data, typeof client] };
  }

  @SubscribeMessage('manual')
  async manual(@MessageBody() { proof = '' }: Message): Promise<object> {
    return { event: 'manual', data: await this.checkify.verifyHuman(proof) };
  }

  @SubscribeMessage('forgotten')
  async forgotten(): Promise<object> {
    return { event: 'forgotten', data: await this.checkify.verifyAge('r1', 7) };
  }
}

/** Takes the same message as the other gateway, and demands more of it. */
@WebSocketGateway({ path: '/shop' })
@UseGuards(VerificationGuard)
@UseFilters(VerificationErrorFilter)
class AuditGateway {
  @SubscribeMessage('pay')
  @RequireVerification('checkify', { evidence: fromMessage, claims: ['age_over_18'] })
  audit(@Verified() { claims }: CheckifyVerdict): object {
    ran.push('audit');
    return { event: 'audited', data: claims };
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerConnection {
  readonly greeting = 'welcome';
}

@WebSocketGateway({ path: '/request' })
@UseFilters(VerificationErrorFilter)
class ScopedGateway {
  constructor(@Inject(PerConnection) private readonly connection: PerConnection) {}

  @SubscribeMessage('pay')
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify', { evidence: fromMessage })
  pay(@Verified() { requestId }: CheckifyVerdict): object {
    ran.push('scoped');
    return { event: 'paid', data: [this.connection.greeting, requestId] };
  }
}

@WebSocketGateway({ path: '/bare' })
class BareGateway {
  @SubscribeMessage('pay')
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify', { evidence: fromMessage })
  pay(): object {
    ran.push('bare');
    return { event: 'paid', data: '' };
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

const start = (platform: Platform, providers: Provider[], globalGuard = false): Promise<RunningApplication> =>
  boot(
    platform,
    { imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard }))], providers },
    app => app.useWebSocketAdapter(new WsAdapter(app)),
  );

const refusal = (code: string): object => ({
  event: 'exception',
  data: expect.objectContaining({ code, message: expect.any(String) as unknown }) as unknown,
});

describe.each(PLATFORMS)('a gateway on %s', platform => {
  let running: RunningApplication;
  let client: GatewayClient;

  beforeAll(async () => {
    running = await start(platform, [ShopGateway, BareGateway, PerConnection, ScopedGateway]);
    client = await GatewayClient.connect(`${running.url}/shop`);
  });
  afterAll(async () => {
    await client.close();
    await running.app.close();
  });

  it('a message without a demand asks nobody', async () => {
    expect(await client.ask({ event: 'open' })).toEqual([{ event: 'open', data: 'open' }]);
    expect(stub.seen).toHaveLength(0);
  });

  it('a message with its proof is handled, with the verdict', async () => {
    expect(await client.ask({ event: 'pay', data: { proof: 'r1', amount: 3 } })).toEqual([
      { event: 'paid', data: { amount: 3, requestId: 'r1' } },
    ]);
    expect(asked(stub.seen[0])['request_id']).toBe('r1');
  });

  it.each([
    [{}],
    [{ proof: '' }],
    [{ proof: ['r1'] }],
    [{ proof: { toString: 'r1' } }],
    ['r1'],
    [['r1']],
    [null],
  ])('a message without it is refused, and nobody is asked: %j', async data => {
    expect(await client.ask({ event: 'pay', data })).toEqual([
      data === null
        ? { event: 'exception', data: expect.anything() as unknown }
        : refusal('verification_required'),
    ]);
    expect(ran).toEqual([]);
    expect(stub.seen).toHaveLength(0);
  });

  it('without `evidence` nothing of a message counts', async () => {
    const data = {
      checkify_token: 'r1',
      body: { checkify_token: 'r1' },
      query: { checkify_request_id: 'r1' },
    };
    expect(await client.ask({ event: 'usual', data })).toEqual([refusal('verification_required')]);
    expect(ran).toEqual([]);
  });

  it('a text can be the proof', async () => {
    expect(await client.ask({ event: 'text', data: 'r1' })).toEqual([
      { event: 'text', data: ['r1', 'object'] },
    ]);
  });

  it('a no and an outage are told apart, and nothing else is told', async () => {
    stub.reset(reply(404, CHECKIFY.error('result_not_found', undefined, 'of the provider')));
    expect(await client.ask({ event: 'pay', data: { proof: 'r1' } })).toEqual([
      {
        event: 'exception',
        data: {
          statusCode: 403,
          code: 'verification_rejected',
          message: 'Verification could not be completed for this action.',
          error: 'Forbidden',
        },
      },
    ]);
    stub.reset(reply(503, {}, { 'retry-after': '7' }));
    expect(await client.ask({ event: 'pay', data: { proof: 'r1' } })).toEqual([
      refusal('verification_unavailable'),
    ]);
    expect(ran).toEqual([]);
  });

  it('errors of a manual check come out as those of the guard, and the connection lives on', async () => {
    stub.reset(reply(503, {}));
    const [guarded] = await client.ask({ event: 'pay', data: { proof: 'r1' } });
    expect(await client.ask({ event: 'manual', data: { proof: 'r1' } })).toEqual([guarded]);
    stub.reset(yes);
    expect(await client.ask({ event: 'manual', data: { proof: 'r1' } })).toEqual([
      { event: 'manual', data: expect.objectContaining({ outcome: 'accepted' }) as unknown },
    ]);
  });

  it('a mistake of the application is told to the operator alone', async () => {
    expect(await client.ask({ event: 'forgotten', data: {} })).toEqual([refusal('verification_unavailable')]);
    expect(running.logger.lines.join()).toContain('"checkify" cannot attest');
  });

  it('messages at once each ask, and each gets its own verdict', async () => {
    const proofs = ['r1', 'r2', 'r3', 'r4'];
    const answers = await client.ask(
      ...proofs.map((proof, amount) => ({ event: 'pay', data: { proof, amount } })),
    );
    expect(answers.map(({ data }) => data)).toEqual(
      expect.arrayContaining(proofs.map((requestId, amount) => ({ requestId, amount }))),
    );
    expect(stub.seen).toHaveLength(proofs.length);
  });

  it('one proof in several messages is asked for several times', async () => {
    await client.ask({ event: 'pay', data: { proof: 'r1' } }, { event: 'pay', data: { proof: 'r1' } });
    expect(stub.seen).toHaveLength(2);
  });

  it('a gateway that is made per connection is held to its demands', async () => {
    const scoped = await GatewayClient.connect(`${running.url}/request`);
    expect(await scoped.ask({ event: 'pay', data: {} })).toEqual([refusal('verification_required')]);
    expect(await scoped.ask({ event: 'pay', data: { proof: 'r1' } })).toEqual([
      { event: 'paid', data: ['welcome', 'r1'] },
    ]);
    await scoped.close();
    expect(ran).toEqual(['scoped']);
  });

  it('without VerificationErrorFilter it is refused as any error is, and the boot says so', async () => {
    expect(running.logger.lines.filter(line => line.includes('internal error')).join()).toMatch(
      /^warn BareGateway\.pay\(\) has @RequireVerification\('checkify'\).*@UseFilters\(VerificationErrorFilter\)/,
    );
    const bare = await GatewayClient.connect(`${running.url}/bare`);
    expect(await bare.ask({ event: 'pay', data: {} })).toEqual([
      { event: 'exception', data: expect.objectContaining({ message: 'Internal server error' }) as unknown },
    ]);
    await bare.close();
    expect(ran).toEqual([]);
  });
});

it('two gateways that take one message each get their own verdict', async () => {
  const { app, url } = await start('express', [ShopGateway, AuditGateway]);
  const client = await GatewayClient.connect(`${url}/shop`);
  const answers = await client.exchange([{ event: 'pay', data: { proof: 'r1', amount: 3 } }], 2);
  expect(answers).toEqual(
    expect.arrayContaining([
      { event: 'paid', data: { amount: 3, requestId: 'r1' } },
      { event: 'audited', data: ['age_over_18'] },
    ]),
  );
  expect(stub.seen).toHaveLength(2);
  await client.close();
  await app.close();
});

describe('stops the boot', () => {
  const mistake = async (gateway: Type): Promise<string> => {
    const outcome: unknown = await start('express', [gateway], true).then(
      ({ app }) => app.close(),
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(ConfigurationError);
    return (outcome as Error).message;
  };

  it('over a message that a global guard alone would cover, since it reaches no gateway', async () => {
    @WebSocketGateway()
    @RequireVerification('checkify', { evidence: fromMessage })
    class UnguardedGateway {
      @SubscribeMessage('pay')
      pay(): void {
        return;
      }
      handleConnection(): void {
        return;
      }
    }
    expect(await mistake(UnguardedGateway)).toBe(
      `UnguardedGateway.pay() has @RequireVerification('checkify'), but no VerificationGuard covers it. Write @UseGuards(VerificationGuard) on the method or its class. A guard of your own extends VerificationGuard, or says static covers = [VerificationGuard] if it delegates to it.`,
    );
  });

  it('over a demand on a connection, which no guard sees', async () => {
    @WebSocketGateway()
    @UseGuards(VerificationGuard)
    class ConnectionGateway {
      @RequireVerification('checkify', { evidence: fromMessage })
      handleConnection(): void {
        return;
      }
    }
    expect(await mistake(ConnectionGateway)).toBe(
      `ConnectionGateway.handleConnection() has @RequireVerification('checkify'), but Nest runs no guard before it. Demand it of the messages, or ask a service there.`,
    );
  });

  it('over `body`, which only HTTP routes have', async () => {
    @WebSocketGateway()
    @UseGuards(VerificationGuard)
    class BodyGateway {
      @SubscribeMessage('pay')
      @RequireVerification('checkify', { evidence: fromMessage, body: PerConnection })
      pay(): void {
        return;
      }
    }
    expect(await mistake(BodyGateway)).toContain('"body", which HTTP routes alone have');
  });
});
