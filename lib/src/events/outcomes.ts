import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { Unnamed } from '../contract/reference.js';
import type { RejectedVerdict } from '../contract/verdict.js';
import { redact } from '../errors/redact.js';
import type { VerificationError } from '../errors/verification.error.js';
import type { CallRecord } from './call-record.js';
import { correlationIdOf } from './correlation-id.js';
import { lineOf, type LogEvent } from './log-line.js';
import type { VerificationEvent } from './verification.event.js';

/** Errors that only the person concerned can do something about. */
const OF_THE_PERSON: ReadonlySet<VerificationError['code']> = new Set([
  'recipient_malformed',
  'recipient_rejected',
  'recipient_limited',
  'evidence_missing',
]);

/** Errors of an outage; they reach the log only where a request was made. */
const OF_AN_OUTAGE: ReadonlySet<VerificationError['code']> = new Set([
  'provider_unavailable',
  'provider_rate_limited',
]);

/** The one place where verifications become events and log lines. Events cost nothing while nobody listens. */
@Injectable()
export class Outcomes {
  private readonly logger = new Logger('Verification');
  private readonly subject = new Subject<VerificationEvent>();
  readonly outcomes$ = this.subject.asObservable();

  /** Tells whether anybody listens. */
  get observed(): boolean {
    return this.subject.observed;
  }

  /** Tells of a verdict; `audit` is what an event keeps of an accepted one besides. */
  verdict(record: CallRecord, verdict: Unnamed | RejectedVerdict, audit: object = {}): void {
    if (verdict.outcome === 'accepted') {
      if (!this.observed) return;
      const { claims, remembered } = verdict;
      const memory = remembered === true ? { remembered } : undefined;
      this.publish({ ...audit, ...common(record), outcome: 'accepted', claims, ...memory });
      return;
    }
    const { reason, details } = verdict;
    const { provider } = record;
    const code = correlationIdOf(String(details.code ?? '')); // a custom provider may take it from anywhere
    if (reason === 'malformed_evidence' && record.attempts > 0)
      this.warn('verification.malformed', `"${provider}" calls a request malformed`, {
        ...namesOf(record),
        code,
      });
    const { missingClaims, missingFields } = details;
    const about = { ...namesOf(record), reason, code, missingClaims, missingFields };
    this.log('verification.rejected', `"${provider}" said no`, about);
    if (this.observed) this.publish({ ...common(record), outcome: 'rejected', reason, details });
  }

  /** Tells that no verdict could be found. */
  failure(record: CallRecord, error: VerificationError): void {
    this.logFailure(record, error);
    if (this.observed) this.publish({ ...common(record), outcome: 'failed', reason: error.code });
  }

  /** A line about a failed call, unless no request was made or only the person concerned can do something about it. */
  logFailure(record: CallRecord, error: VerificationError): void {
    const isOutage = OF_AN_OUTAGE.has(error.code);
    if (isOutage && record.attempts === 0) return;
    const about = { ...namesOf(record), code: error.code };
    if (isOutage) {
      this.warn('verification.failed', error.message, about);
    } else if (!OF_THE_PERSON.has(error.code)) {
      this.error('verification.failed', error.message, { ...about, origin: error.cause });
    }
  }

  publish(event: VerificationEvent): void {
    this.subject.next(event);
  }

  /** An `error` line for the operator; `origin` is reduced to its kind and place. */
  error(
    event: LogEvent,
    message: string,
    { origin, ...about }: Readonly<Record<string, unknown>> = {},
  ): void {
    const line = lineOf(event, message, about);
    if (origin === undefined) this.logger.error(line);
    else this.logger.error(line, redact(origin).stack);
  }

  log(event: LogEvent, message: string, about: Readonly<Record<string, unknown>> = {}): void {
    this.logger.log(lineOf(event, message, about));
  }

  warn(event: LogEvent, message: string, about: Readonly<Record<string, unknown>> = {}): void {
    this.logger.warn(lineOf(event, message, about));
  }
}

function namesOf({ provider, tenant, reference, correlationId }: CallRecord) {
  return { provider, tenant, reference, correlationId };
}

function common(record: CallRecord) {
  const { provider, tenant, reference = '', correlationId, attempts, durationMs, trail } = record;
  return {
    provider,
    reference,
    attempts,
    durationMs,
    ...(trail === undefined ? undefined : { trail }),
    ...(correlationId === undefined ? undefined : { correlationId }),
    ...(tenant === undefined ? undefined : { tenant }),
  };
}
