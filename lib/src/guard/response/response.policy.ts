import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { RejectedVerdict, RejectionReason } from '../../contract/verdict.js';
import type { ConfigurationError, VerificationError } from '../../errors/verification.error.js';
import { withoutStack } from '../../errors/without-stack.js';
import { Outcomes } from '../../events/outcomes.js';
import {
  CODE_OF_ERROR,
  CODE_OF_REASON,
  RESPONSES,
  type VerificationResponseCode,
} from '../../errors/responses.js';
import { VerificationModuleOptions } from '../../options/verification.options.js';
import { VerificationException } from '../../errors/verification.exception.js';

/** Makes the refusals that clients get, from the table of responses and what the application overrides. */
@Injectable()
export class ResponsePolicy {
  constructor(
    @Inject(VerificationModuleOptions) private readonly options: VerificationModuleOptions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {}

  required(context: ExecutionContext): VerificationException {
    return this.exception('verification_required', context);
  }

  rejected({ reason, details }: RejectedVerdict, context: ExecutionContext): VerificationException {
    return this.exception(CODE_OF_REASON[reason], context, details.retryAfterMs, reason);
  }

  failed({ code, retryAfterMs }: VerificationError, context: ExecutionContext): VerificationException {
    return this.exception(CODE_OF_ERROR[code], context, retryAfterMs);
  }

  statusOf(code: VerificationResponseCode): number {
    return this.options.statusCodes?.[code] ?? RESPONSES[code].status;
  }

  /** A mistake of the application that only a request brings to light; told to the operator, not to the client. */
  misconfigured(error: ConfigurationError, context: ExecutionContext): VerificationException {
    this.outcomes.error('verification.misconfigured', error.message);
    return this.failed(error, context);
  }

  /** Tells what would have been refused, where the application only observes. */
  observed(response: unknown, context: ExecutionContext): void {
    const code = response instanceof VerificationException ? response.code : undefined;
    const place = `${context.getClass().name}.${context.getHandler().name}()`;
    this.outcomes.log('verification.observed', `${place} would have refused a request`, { code });
  }

  private exception(
    code: VerificationResponseCode,
    context: ExecutionContext,
    retryAfterMs?: number,
    reason?: RejectionReason,
  ): VerificationException {
    if (retryAfterMs !== undefined && this.options.enforcement !== 'observe')
      this.tellToWait(retryAfterMs, context);
    const status = this.statusOf(code);
    const message = this.message(code, context);
    return withoutStack(() => new VerificationException(code, status, message, retryAfterMs, reason));
  }

  private tellToWait(retryAfterMs: number, context: ExecutionContext): void {
    const isTime = retryAfterMs >= 0 && retryAfterMs < Infinity;
    if (!isTime || context.getType() !== 'http') return;
    const response = context.switchToHttp().getResponse<unknown>();
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | null; // none outside HTTP applications
    if (adapter === null || typeof response !== 'object' || response === null) return;
    adapter.setHeader(response, 'Retry-After', String(Math.ceil(retryAfterMs / 1000)));
  }

  private message(code: VerificationResponseCode, context: ExecutionContext): string {
    const message = this.options.messages?.[code] ?? RESPONSES[code].message;
    if (typeof message === 'string') return message;
    try {
      const text: unknown = message(context);
      if (typeof text === 'string') return text;
      this.outcomes.error('verification.misconfigured', `messages.${code} returned no text`);
    } catch (error) {
      this.outcomes.error('verification.misconfigured', `messages.${code} failed`, { origin: error }); // a refusal stays the refusal it is
    }
    return RESPONSES[code].message;
  }
}
