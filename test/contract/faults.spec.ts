import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body as RequestBody, Controller, Post, UseGuards } from '@nestjs/common';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { type Evidence } from 'nestjs-verification/provider';
import { boot, send, type RunningApplication } from '../support/application.js';
import { FaultyServer, type Play } from './faulty-server.js';
import { open, type OpenModule } from './open.js';
import { outcomeOf, type Outcome } from './outcome.js';
import { SUBJECTS, type Body, type Subject } from './subjects.js';
import { faultsOf, MAX_RESPONSE_BYTES, type Refusal, type WireFault } from './wire-faults.js';

/** Of one attempt, where waiting is the point. */
const HASTY_MS = 80;
/** Of one attempt, where an answer must be read however slow the machine is. */
const PATIENT_MS = 10_000;
/** What a loaded machine may add to a time limit. */
const MARGIN_MS = 2_000;

const limits = { retries: 0, maxResponseBytes: MAX_RESPONSE_BYTES, breaker: false } as const;

function yes(success: Body): Play {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(success));
  };
}

/** What this subject must make of a fault: some documents give a status a meaning of its own. */
function expectedOf({ refusedStatuses }: Subject, { title, expected }: WireFault): Refusal {
  const status = /^a yes under (\d{3})/.exec(title)?.[1];
  return status !== undefined && refusedStatuses.includes(Number(status)) ? 'provider_refused' : expected;
}

function expectRefusal(outcome: Outcome, expected: Refusal): void {
  const became = outcome.outcome === 'failed' ? outcome.code : outcome.outcome;
  expect(expected === 'no_or_protocol' ? ['rejected', 'provider_protocol'] : [expected]).toContain(became);
}

/** Every provider; and one of them through axios, because a fault is the wire's, whoever is asked. */
const RUNS = [
  ...SUBJECTS.map(subject => ({ subject, name: subject.name, transport: 'undici' as const })),
  { subject: SUBJECTS[0]!, name: SUBJECTS[0]!.name, transport: 'axios' as const },
];

describe.each(RUNS)('$name over $transport', ({ subject, transport }) => {
  let server: FaultyServer;
  let elsewhere: FaultyServer;
  let patient: OpenModule;
  let hasty: OpenModule;
  let count = 0;
  const fresh = () => subject.evidence(`${transport}-${String(count++)}`);

  beforeAll(async () => {
    [server, elsewhere] = await Promise.all([FaultyServer.start(), FaultyServer.start()]);
    const openWith = (timeoutMs: number) =>
      open({ ...subject.options(server.url), http: { ...limits, transport, timeoutMs } });
    [patient, hasty] = await Promise.all([openWith(PATIENT_MS), openWith(HASTY_MS)]);
  });
  afterAll(async () => {
    await Promise.all([patient.app.close(), hasty.app.close()]);
    await Promise.all([server.stop(), elsewhere.stop()]);
  });

  it('accepts the yes that the faults are made from', async () => {
    const evidence = fresh();
    server.reset(yes(subject.successBody(evidence)));
    const { outcome } = await outcomeOf(patient.verify(subject.name, evidence, subject.requirement));
    expect(outcome).toBe('accepted');
    expect(server.seen).toEqual([expect.stringMatching(/^(GET|POST) /)]);
  });

  it.each(faultsOf(subject).filter(({ greet }) => greet === undefined))(
    'does not accept $title',
    async fault => {
      const evidence = fresh();
      server.reset(fault.play!(subject.successBody(evidence), elsewhere.url));
      await refuses(fault.stalls === true ? hasty : patient, subject, fault, evidence);
      expect(elsewhere.seen).toEqual([]);
      expect(server.seen).toHaveLength(1);
    },
  );

  it('does not take a surplus yes for the answer to the next request', async () => {
    const one = await open({
      ...subject.options(server.url),
      http: { ...limits, transport, maxConcurrent: 1 },
    });
    const evidence = [fresh(), fresh(), fresh()];
    const surplus = JSON.stringify(subject.successBody(evidence[1]!));
    server.reset(socket => {
      const parts = ['{}', surplus].map(
        body => `HTTP/1.1 200 OK\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`,
      );
      socket.write(parts.join(''));
    });
    const outcomes = await Promise.all(
      evidence.map(each => outcomeOf(one.verify(subject.name, each, subject.requirement))),
    );
    expect(outcomes.map(({ outcome }) => outcome)).not.toContain('accepted');
    await one.app.close();
  });

  // Connections are pooled, so that these get a server and a pool of their own.
  it.each(faultsOf(subject).filter(({ greet }) => greet !== undefined))(
    'does not accept $title',
    async fault => {
      const deaf = await FaultyServer.start(fault.greet);
      const timeoutMs = fault.stalls === true ? HASTY_MS : PATIENT_MS;
      const own = await open({ ...subject.options(deaf.url), http: { ...limits, transport, timeoutMs } });
      await refuses(own, subject, fault, fresh());
      await deaf.stop();
      await own.app.close();
    },
  );
});

async function refuses(
  { verify }: OpenModule,
  subject: Subject,
  fault: WireFault,
  evidence: Evidence,
): Promise<void> {
  const startedAt = performance.now();
  const outcome = await outcomeOf(verify(subject.name, evidence, subject.requirement));
  expectRefusal(outcome, expectedOf(subject, fault));
  expect(performance.now() - startedAt).toBeLessThan(HASTY_MS + MARGIN_MS);
}

@Controller('lounge')
@UseGuards(VerificationGuard)
class LoungeController {
  @Post()
  @RequireVerification('acme')
  enter(@RequestBody() body: unknown): unknown {
    return { entered: body };
  }
}

const acme = SUBJECTS.find(({ name }) => name === 'acme')!;

describe('a provider of the application, behind the guard', () => {
  let server: FaultyServer;
  let running: RunningApplication;

  beforeAll(async () => {
    server = await FaultyServer.start();
    const http = { ...limits, timeoutMs: 1_000 };
    running = await boot('express', {
      imports: [VerificationModule.forRoot({ ...acme.options(server.url), http })],
      controllers: [LoungeController],
    });
  });
  afterAll(async () => {
    await running.app.close();
    await server.stop();
  });

  it('lets its yes through', async () => {
    server.reset(yes(acme.successBody({})));
    expect(await send(`${running.url}/lounge`, { acme_pass: 'p' })).toMatchObject({ status: 201 });
  });

  it.each(faultsOf(acme).filter(({ play, stalls }) => play !== undefined && stalls !== true))(
    'refuses $title',
    async fault => {
      server.reset(fault.play!(acme.successBody({}), server.url));
      const answer = await send(`${running.url}/lounge`, { acme_pass: 'p' });
      expect([
        [403, 'verification_rejected'],
        [503, 'verification_unavailable'],
      ]).toContainEqual([answer.status, (answer.body as { code?: unknown }).code]);
    },
  );
});
