import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import { redact } from '../errors/redact.js';
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
  error(message: string, origin?: unknown): void {
    if (origin === undefined) this.logger.error(message);
    else this.logger.error(message, redact(origin).stack);
  }

  /** A `warn` line for the operator. */
  warn(message: string): void {
    this.logger.warn(message);
  }
}
