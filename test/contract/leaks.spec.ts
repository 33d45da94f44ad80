import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body as RequestBody, Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  RequireVerification,
  VerificationError,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  type VerificationEvent,
} from 'nestjs-verification';
import { type Evidence } from 'nestjs-verification/provider';
import { boot, send, type RunningApplication } from '../support/application.js';
import { FaultyServer, type Play } from './faulty-server.js';
import { open, throughAxios, type OpenModule } from './open.js';
import { SUBJECTS, type Subject } from './subjects.js';

/** Every secret, every piece of evidence and every text of the provider in these tests contains this word. */
const CANARY = /canary/i;

/** Says the word in every place that a reply has. */
function answer(status: number, body: unknown): Play {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (_, response) => {
    response.writeHead(status, 'Canary', {
      'content-type': 'application/json; canary=1',
      'retry-after': '7',
      'set-cookie': 'canary=1',
      server: 'canary',
      'x-canary': 'canary',
    });
    response.end(text);
  };
}

const raw =
  (bytes: string): Play =>
  socket => {
    socket.end(bytes);
  };

const ERROR_BODY = {
  success: false,
  code: 9999,
  message: 'canary-text',
  error: {
    code: 'canary_code',
    message: 'canary-text',
    details: { reason: 'canary', missing_claims: ['canary'] },
  },
  canary: 'canary',
};

interface Leak {
  readonly title: string;
  readonly play: Play;
  readonly codes: readonly string[];
}

const NO_OR_ERROR = ['provider_protocol', 'provider_refused', 'rejected'];

const FAILURES: readonly Leak[] = [
  ...[400, 401, 402, 403, 404, 409, 410, 418, 422].flatMap(status => [
    { title: `${String(status)} with an error`, play: answer(status, ERROR_BODY), codes: NO_OR_ERROR },
    { title: `${String(status)} with a page`, play: answer(status, '<h1>canary'), codes: NO_OR_ERROR },
  ]),
  ...[2001, 2002, 2004, 3001, 3002, 3003, 3004, 4001, 5011].map(code => ({
    title: `the code ${String(code)}`,
    play: answer(400, { code, message: 'canary-text' }),
    codes: NO_OR_ERROR,
  })),
  ...['verification_failed', 'invalid_token', 'invalid_request_id', 'result_expired'].map(code => ({
    title: `the error ${code}`,
    play: answer(403, { ...ERROR_BODY, error: { ...ERROR_BODY.error, code } }),
    codes: NO_OR_ERROR,
  })),
  { title: '200 with an error', play: answer(200, ERROR_BODY), codes: NO_OR_ERROR },
  { title: '200 with a page', play: answer(200, '<h1>canary'), codes: ['provider_protocol'] },
  { title: '200 with broken JSON', play: answer(200, '{"canary": canary'), codes: ['provider_protocol'] },
  {
    title: '200 with no',
    play: answer(200, { success: false, member: false, error: 'canary' }),
    codes: NO_OR_ERROR,
  },
  { title: '404 with no', play: answer(404, { age: null, canary: 'canary' }), codes: NO_OR_ERROR },
  { title: 'a redirect', play: answer(302, 'canary'), codes: ['provider_protocol'] },
  { title: '429', play: answer(429, ERROR_BODY), codes: ['provider_rate_limited'] },
  { title: '500', play: answer(500, ERROR_BODY), codes: ['provider_unavailable'] },
  { title: '503', play: answer(503, 'canary'), codes: ['provider_unavailable'] },
  { title: 'too long a reply', play: answer(200, 'canary'.repeat(10_000)), codes: ['provider_protocol'] },
  {
    title: 'a lost connection',
    play: socket => void socket.resetAndDestroy(),
    codes: ['provider_unavailable'],
  },
  { title: 'no HTTP', play: raw('canary canary canary\r\n\r\n'), codes: ['provider_unavailable'] },
  {
    title: 'a header that is none',
    play: raw('HTTP/1.1 200 OK\r\ncanary\r\nx: y\r\n\r\ncanary'),
    codes: ['provider_unavailable'],
  },
  {
    title: 'a chunk that is none',
    play: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ncanary\r\n'),
    codes: ['provider_unavailable'],
  },
  {
    title: 'half a reply',
    play: raw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"canary":'),
    codes: ['provider_unavailable'],
  },
];

/** Everything that can be made visible of a value and of what caused it. */
function dump(value: unknown): string {
  const parts = [inspect(value, { depth: 12, showHidden: true, getters: true, maxStringLength: Infinity })];
  for (
    let each = value;
    typeof each === 'object' && each !== null;
    each = (each as { cause?: unknown }).cause
  ) {
    parts.push(JSON.stringify(each), JSON.stringify(each, Object.getOwnPropertyNames(each)));
    if (each instanceof Error) parts.push(String(each), each.message, String(each.stack));
  }
  return parts.join('\n');
}

function expectNothingOf({ secrets }: Subject, shown: string): void {
  expect(shown).not.toMatch(CANARY);
  for (const secret of secrets) expect(shown).not.toContain(secret);
}

async function caught(verification: Promise<unknown>): Promise<unknown> {
  try {
    return await verification;
  } catch (error) {
    return error;
  }
}

const fromBody = (context: ExecutionContext): never => {
  const request = context.switchToHttp().getRequest<{ body: Evidence }>();
  return request.body as never;
};

@Controller()
@UseGuards(VerificationGuard)
class Routes {
  @Post('checkify')
  @RequireVerification('checkify', { claims: ['age_over_18'], evidence: fromBody })
  checkify(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('engagelab')
  @RequireVerification('engagelab', { evidence: fromBody })
  engagelab(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('humanproof')
  @RequireVerification('humanproof', { evidence: fromBody })
  humanproof(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('verifyid')
  @RequireVerification('verifyid', { claims: ['age_over_18'], evidence: fromBody })
  verifyid(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('turnstile')
  @RequireVerification('turnstile', { evidence: fromBody })
  turnstile(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('hcaptcha')
  @RequireVerification('hcaptcha', { evidence: fromBody })
  hcaptcha(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('recaptcha')
  @RequireVerification('recaptcha', { evidence: fromBody })
  recaptcha(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('friendly-captcha')
  @RequireVerification('friendly-captcha', { evidence: fromBody })
  friendlyCaptcha(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('acme')
  @RequireVerification('acme', { evidence: fromBody })
  acme(@RequestBody() body: unknown): unknown {
    return body;
  }

  @Post('pigeon')
  @RequireVerification('pigeon', { evidence: fromBody })
  pigeon(@RequestBody() body: unknown): unknown {
    return body;
  }
}

/** Every provider; and one of them through axios, whose errors carry the request. */
const RUNS = [
  { transport: 'undici' as const, subjects: SUBJECTS },
  { transport: 'axios' as const, subjects: SUBJECTS.slice(0, 1) },
];

describe.each(RUNS)('over $transport', ({ transport, subjects }) => {
  let server: FaultyServer;
  let running: RunningApplication;
  const events: VerificationEvent[] = [];
  let count = 0;

  beforeAll(async () => {
    server = await FaultyServer.start();
    const options = SUBJECTS.map(subject => subject.options(server.url));
    running = await boot('express', {
      imports: [
        VerificationModule.forRoot({
          http: { ...throughAxios({ transport }), transport, retries: 0, breaker: false },
          providers: Object.assign({}, ...options.map(({ providers }) => providers)),
          customProviders: options.flatMap(({ customProviders }) => customProviders ?? []),
        }),
      ],
      controllers: [Routes],
    });
    running.app.get(VerificationService).outcomes$.subscribe(event => events.push(event));
  });
  afterAll(async () => {
    await running.app.close();
    await server.stop();
  });

  describe.each(subjects)('$name', subject => {
    const verify = (evidence: Evidence) => {
      const service = running.app.get<unknown, Pick<OpenModule, 'verify'>>(VerificationService);
      return service.verify(subject.name, evidence, subject.requirement);
    };

    it.each(FAILURES)('shows nothing after $title', async ({ play, codes }) => {
      const evidence = subject.evidence(String(count++));
      server.reset(play);
      events.length = 0;
      running.logger.lines.length = 0;
      const outcome = await caught(verify(evidence));
      const refusal = await send(`${running.url}/${subject.name}`, evidence);

      expect(codes).toContain(
        outcome instanceof VerificationError ? outcome.code : (outcome as { outcome?: unknown }).outcome,
      );
      expect([403, 503]).toContain(refusal.status);
      expect(server.seen).toHaveLength(2);
      expect(events).toHaveLength(2);
      expectNothingOf(subject, dump(outcome));
      expectNothingOf(subject, dump(refusal.body) + dump([...refusal.headers]));
      expectNothingOf(subject, dump(running.logger.lines));
      expectNothingOf(subject, dump(events));
    });

    it('shows nothing of evidence that cannot be any', async () => {
      server.reset(answer(200, {}));
      running.logger.lines.length = 0;
      const evidence = Object.fromEntries(
        Object.entries(subject.evidence('x')).map(([name, value]) => [name, `${String(value)}\u0000`]),
      );
      const error = await caught(verify(evidence));
      expect(error).toMatchObject({ code: 'evidence_missing' });
      const refusal = await send(`${running.url}/${subject.name}`, evidence);
      expect(refusal).toMatchObject({ status: 403, body: { code: 'verification_required' } });
      expect(server.seen).toEqual([]);
      expectNothingOf(subject, dump(error) + dump(refusal.body) + dump(running.logger.lines));
    });

    it.each(['a refused connection', 'silence'])('shows nothing after %s', async title => {
      const nobody = await FaultyServer.start(() => undefined);
      if (title !== 'silence') await nobody.stop();
      const own = await open({
        ...subject.options(nobody.url),
        http: { transport, retries: 0, timeoutMs: 60 },
      });
      const seen: VerificationEvent[] = [];
      own.app.get(VerificationService).outcomes$.subscribe(event => seen.push(event));
      const error = await caught(own.verify(subject.name, subject.evidence('x'), subject.requirement));
      expect(error).toMatchObject({ code: 'provider_unavailable' });
      expect(seen).toHaveLength(1);
      expectNothingOf(subject, dump(error) + dump(own.logger.lines) + dump(seen));
      if (title === 'silence') await nobody.stop();
      await own.app.close();
    });

    it('shows nothing of its credentials when it is asked for what it cannot attest', async () => {
      const closed = await open({ ...subject.options(server.url), http: { transport } });
      const error = await caught(
        closed.verify(subject.name, subject.evidence('x'), { claims: ['nonsense'] }),
      );
      expect(error).toMatchObject({ code: 'configuration' });
      expectNothingOf(subject, dump(error));
      await closed.app.close();
    });
  });
});

describe('at boot', () => {
  it.each([
    { providers: { checkify: { apiKey: 'canary with a space' } } },
    { providers: { checkify: { apiKey: 'canary\r\nx-header: 1' } } },
    { providers: { engagelab: { devKey: ['canary'], devSecret: 'canary' } } },
    { providers: { humanproof: { secret: { canary: 'canary' } } } },
    { providers: { humanproof: { secret: 'canary', baseUrl: 'http://canary.example' } } },
    { providers: { verifyid: { baseUrl: 'https://canary:canary@app.verifyid.dk' } } },
    { providers: { verifyid: { pluginKey: 'c', baseUrl: 'https://canary.example/?key=canary' } } },
  ])('shows no value of wrong options: $providers', async options => {
    const error = await caught(open(options as never));
    expect(error).toMatchObject({ code: 'configuration' });
    expect(dump(error)).not.toMatch(CANARY);
  });
});
