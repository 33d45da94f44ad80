import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import { redact } from '../errors/redact.js';
import { lineOf, type LogContext, type LogEvent } from './log.line.js';
import type { VerificationEvent } from './verification.event.js';

/** Where every verification is told to whoever listens; costs nothing while nobody does. */
@Injectable()
export class OutcomeStream {
  private readonly logger = new Logger('Verification');
  private readonly subject = new Subject<VerificationEvent>();
  readonly outcomes$ = this.subject.asObservable();

  get observed(): boolean {
    return this.subject.observed;
  }

  publish(event: VerificationEvent): void {
    this.subject.next(event);
  }

  /** An `error` line for the operator; `origin` is reduced to its kind and place. */
  error(
    event: LogEvent,
    message: string,
    { origin, ...about }: LogContext & { origin?: unknown } = {},
  ): void {
    const line = lineOf(event, message, about);
    if (origin === undefined) this.logger.error(line);
    else this.logger.error(line, redact(origin).stack);
  }

  /** A `warn` line for the operator. */
  warn(event: LogEvent, message: string, about: LogContext = {}): void {
    this.logger.warn(lineOf(event, message, about));
  }
}
