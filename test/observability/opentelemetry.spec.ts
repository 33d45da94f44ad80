import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { VerificationTelemetry } from 'nestjs-verification/opentelemetry';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { reply, StubServer } from '../support/stub-server.js';

@Controller('pay')
@UseGuards(VerificationGuard)
class PayController {
  @Post()
  @RequireVerification('checkify', {
    claims: ['age_over_18'],
    remember: { for: '1h', subject: () => 'ada.lovelace' },
  })
  pay(): object {
    return {};
  }
}

const EVIDENCE = 'evidence-of-a-person';

describe.each(PLATFORMS)('on %s, OpenTelemetry is told of', platform => {
  const spans = new InMemorySpanExporter();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const store = new FragileStore();
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
    );
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  });
  afterAll(async () => {
    context.disable();
    trace.disable();
    metrics.disable();
    await Promise.all([reader.shutdown(), stub.stop()]);
  });
  beforeAll(async () => {
    const options = { ...optionsFor(stub, { store }), http: { retries: 1, breaker: false } as const };
    running = await boot(
      platform,
      {
        imports: [VerificationModule.forRoot({ ...options, correlationId: () => 'order-7' })],
        controllers: [PayController],
        providers: [VerificationTelemetry],
      },
      app => {
        // As an instrumented server does: every request runs within a span of its own.
        app.use((_: unknown, __: unknown, next: () => void) => {
          const span = trace.getTracer('server').startSpan('request');
          context.with(trace.setSpan(context.active(), span), next);
          span.end();
        });
      },
    );
  });
  afterAll(() => running.app.close());
  beforeEach(() => {
    stub.reset(yes);
    store.reset();
    spans.reset();
    exporter.reset();
  });

  const pay = (): Promise<{ status: number }> => send(`${running.url}/pay`, { checkify_token: EVIDENCE });
  const named = (name: string): readonly ReadableSpan[] =>
    spans.getFinishedSpans().filter(span => span.name === name);

  it('an acceptance: a span below the request’s, and one per attempt below that', async () => {
    expect((await pay()).status).toBe(201);
    const [request, verification, attempt] = ['request', 'verification checkify', 'verification attempt'].map(
      name => named(name)[0]!,
    );
    expect(verification!.parentSpanContext?.spanId).toBe(request!.spanContext().spanId);
    expect(attempt!.parentSpanContext?.spanId).toBe(verification!.spanContext().spanId);
    expect(attempt!.kind).toBe(SpanKind.CLIENT);
    expect(verification!.attributes).toEqual({
      'verification.provider': 'checkify',
      'verification.outcome': 'accepted',
      'verification.reference': expect.stringMatching(/^[\w-]{22}$/),
      'verification.attempts': 1,
      'verification.correlation_id': 'order-7',
    });
    expect(attempt!.attributes).toEqual({
      'verification.provider': 'checkify',
      'http.response.status_code': 200,
    });
    const micros = ([seconds, nanos]: [number, number]): number => seconds * 1e6 + nanos / 1e3;
    const [outer, inner] = [verification!, attempt!].map(({ startTime, endTime }) => [
      micros(startTime),
      micros(endTime),
    ]);
    expect(outer![0]!).toBeLessThanOrEqual(inner![0]! + 1);
    expect(inner![1]!).toBeLessThanOrEqual(outer![1]! + 1);
    expect(outer![0]! / 1e3).toBeGreaterThan(Date.now() - 10_000);
  });

  it('a remembered acceptance: a span without attempts', async () => {
    await pay();
    spans.reset();
    await pay();
    expect(named('verification checkify')[0]!.attributes).toMatchObject({
      'verification.remembered': true,
      'verification.attempts': 0,
    });
    expect(named('verification attempt')).toHaveLength(0);
  });

  it('an outage: failed spans, for every attempt', async () => {
    stub.reset(reply(503, {}));
    expect((await pay()).status).toBe(503);
    const [verification] = named('verification checkify');
    expect(verification!.status).toEqual({ code: SpanStatusCode.ERROR, message: 'provider_unavailable' });
    expect(
      named('verification attempt').map(({ attributes, status }) => [
        attributes['http.response.status_code'],
        status.code,
      ]),
    ).toEqual([
      [503, SpanStatusCode.ERROR],
      [503, SpanStatusCode.ERROR],
    ]);
  });

  it('a connection that breaks: what broke, and nothing of the request', async () => {
    stub.reset((_, response) => response.destroy());
    await pay();
    expect(named('verification attempt')[0]!.attributes).toEqual({
      'verification.provider': 'checkify',
      'error.type': 'broken',
    });
  });

  it('how often and how long, by provider, outcome and reason', async () => {
    await reader.forceFlush(); // drops the metrics of the tests before
    exporter.reset();
    await pay();
    await reader.forceFlush();
    const points = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics: measured }) => measured)
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(point => ({ name: descriptor.name, unit: descriptor.unit, ...point })),
      );
    const labels = { 'verification.provider': 'checkify', 'verification.outcome': 'accepted' };
    expect(points).toContainEqual(
      expect.objectContaining({ name: 'verification.outcomes', attributes: labels, value: 1 }),
    );
    expect(points).toContainEqual(
      expect.objectContaining({
        name: 'verification.duration',
        unit: 's',
        attributes: labels,
        value: expect.objectContaining({ count: 1 }) as unknown,
      }),
    );
  });

  it('nothing personal', async () => {
    await pay();
    await pay();
    const told = JSON.stringify(
      spans.getFinishedSpans().map(({ attributes, events, name }) => [name, attributes, events]),
    );
    expect(told).not.toMatch(/evidence-of-a-person|ada|csk_/);
  });

  it('nothing more once the application is closed', async () => {
    await pay();
    await running.app.close();
    spans.reset();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [PayController],
    });
    await pay();
    expect(named('verification checkify')).toHaveLength(0);
  });
});
