import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import {
  context,
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Counter,
  type Histogram,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { Subscription } from 'rxjs';
import type { VerificationAttempt, VerificationEvent } from '../events/verification.event.js';
import { VerificationService } from '../verification/verification.service.js';

const SCOPE = 'nestjs-verification';

type Outcome = Exclude<VerificationEvent, { outcome: 'breaker' }>;

/**
 * Tells OpenTelemetry of every verification: a span each, one below it per request to the provider, and the
 * instruments `verification.duration` (histogram, seconds) and `verification.outcomes` (counter) by provider, outcome
 * and reason. List it in the `providers` of a module; nothing personal is in any of it.
 */
@Injectable()
export class VerificationTelemetry implements OnModuleInit, OnModuleDestroy {
  private subscription: Subscription | undefined;

  constructor(@Inject(VerificationService) private readonly verification: VerificationService) {}

  onModuleInit(): void {
    // The tracer is not taken earlier: an application may register its SDK while it is built.
    const tracer = trace.getTracer(SCOPE);
    const meter = metrics.getMeter(SCOPE);
    const instruments = {
      outcomes: meter.createCounter('verification.outcomes', {
        description: 'Verifications, by how they ended',
      }),
      duration: meter.createHistogram('verification.duration', {
        unit: 's',
        description: 'From the question to the verdict, retries included',
        advice: { explicitBucketBoundaries: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15] },
      }),
    };
    this.subscription = this.verification.outcomes$.subscribe(event => {
      if (event.outcome === 'breaker') return;
      measure(instruments, event);
      record(tracer, event);
    });
  }

  onModuleDestroy(): void {
    this.subscription?.unsubscribe();
  }
}

/** The labels of a measurement. Each has few values, so that they can be summed up. */
function labelsOf(event: Outcome): Attributes {
  return {
    'verification.provider': event.provider,
    'verification.outcome': event.outcome,
    ...(event.outcome === 'accepted' ? {} : { 'verification.reason': event.reason }),
  };
}

function measure(instruments: { outcomes: Counter; duration: Histogram }, event: Outcome): void {
  const labels = labelsOf(event);
  instruments.outcomes.add(1, labels);
  instruments.duration.record(event.durationMs / 1000, labels);
}

/** Spans are written when all is over, in the context of the request: its span becomes their parent. */
function record(tracer: Tracer, event: Outcome): void {
  const endedAt = performance.timeOrigin + performance.now();
  const startTime = endedAt - event.durationMs;
  const { reference, attempts, correlationId } = event;
  const span = tracer.startSpan(`verification ${event.provider}`, {
    kind: SpanKind.INTERNAL,
    startTime,
    attributes: {
      ...labelsOf(event),
      'verification.reference': reference,
      'verification.attempts': attempts,
      ...(correlationId === undefined ? {} : { 'verification.correlation_id': correlationId }),
      ...(Object.hasOwn(event, 'remembered') ? { 'verification.remembered': true } : {}),
    },
  });
  for (const attempt of event.trail ?? []) recordAttempt(tracer, span, event.provider, attempt, startTime);
  if (event.outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, message: event.reason });
  span.end(endedAt);
}

function recordAttempt(
  tracer: Tracer,
  parent: Span,
  provider: string,
  { afterMs, durationMs, status, fault }: VerificationAttempt,
  startedAt: number,
): void {
  const span = tracer.startSpan(
    'verification attempt',
    {
      kind: SpanKind.CLIENT,
      startTime: startedAt + afterMs,
      attributes: {
        'verification.provider': provider,
        ...(status === undefined ? {} : { 'http.response.status_code': status }),
        ...(fault === undefined ? {} : { 'error.type': fault }),
      },
    },
    trace.setSpan(context.active(), parent),
  );
  if (fault !== undefined || (status ?? 0) >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(startedAt + afterMs + durationMs);
}
