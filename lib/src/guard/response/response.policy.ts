import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { RejectedVerdict } from '../../contract/verdict.js';
import type { ConfigurationError, VerificationError } from '../../errors/verification.error.js';
import { withoutStack } from '../../errors/without.stack.js';
import { OutcomeStream } from '../../events/outcome.stream.js';
import { VerificationException, type VerificationResponseCode } from './verification.exception.js';

/** A text, or how to make one for a request, such as in its language. */
export type VerificationMessage = string | ((context: ExecutionContext) => string);

/** What the application says instead of the defaults. */
export class ResponseOverrides {
  messages: Partial<Record<VerificationResponseCode, VerificationMessage>> = {};
  statusCodes: Partial<Record<VerificationResponseCode, number>> = {};
}

const STATUS: Record<VerificationResponseCode, number> = {
  verification_required: 403,
  verification_rejected: 403,
  verification_pending: 403,
  verification_limited: 429,
  verification_unavailable: 503,
};

const MESSAGE: Record<VerificationResponseCode, string> = {
  verification_required: 'Verification required',
  verification_rejected: 'Verification could not be completed for this action.',
  verification_pending: 'Verification could not be completed for this action.',
  verification_limited: 'Too many requests. Please wait a moment and try again.',
  verification_unavailable: 'Verification is temporarily unavailable. Please try again.',
};

const CODE_OF_ERROR: Record<VerificationError['code'], VerificationResponseCode> = {
  evidence_missing: 'verification_required',
  recipient_rejected: 'verification_rejected',
  recipient_limited: 'verification_limited',
  provider_unavailable: 'verification_unavailable',
  provider_rate_limited: 'verification_unavailable',
  provider_protocol: 'verification_unavailable',
  provider_refused: 'verification_unavailable',
  configuration: 'verification_unavailable',
};

/** The only place where a reason or an error becomes a status and a body. */
@Injectable()
export class ResponsePolicy {
  constructor(
    @Inject(ResponseOverrides) private readonly overrides: ResponseOverrides,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(OutcomeStream) private readonly outcomes: OutcomeStream,
  ) {}

  required(context: ExecutionContext): VerificationException {
    return this.exception('verification_required', context);
  }

  rejected({ reason }: RejectedVerdict, context: ExecutionContext): VerificationException {
    return this.exception(reason === 'pending' ? 'verification_pending' : 'verification_rejected', context);
  }

  /** For a proof that passed this route before. */
  replayed(context: ExecutionContext): VerificationException {
    return this.exception('verification_rejected', context);
  }

  failed({ code, retryAfterMs }: VerificationError, context: ExecutionContext): VerificationException {
    return this.exception(CODE_OF_ERROR[code], context, retryAfterMs);
  }

  statusOf(code: VerificationResponseCode): number {
    return this.overrides.statusCodes[code] ?? STATUS[code];
  }

  /** A mistake of the application that only a request brings to light; told to the operator, not to the client. */
  misconfigured(error: ConfigurationError, context: ExecutionContext): VerificationException {
    this.outcomes.error('verification.misconfigured', error.message);
    return this.failed(error, context);
  }

  private exception(
    code: VerificationResponseCode,
    context: ExecutionContext,
    retryAfterMs?: number,
  ): VerificationException {
    if (retryAfterMs !== undefined) this.tellToWait(retryAfterMs, context);
    const status = this.statusOf(code);
    const message = this.message(code, context);
    return withoutStack(() => new VerificationException(code, status, message, retryAfterMs));
  }

  private tellToWait(retryAfterMs: number, context: ExecutionContext): void {
    if (context.getType() !== 'http') return;
    const response = context.switchToHttp().getResponse<unknown>();
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | null; // none outside HTTP applications
    if (adapter === null || typeof response !== 'object' || response === null) return;
    adapter.setHeader(response, 'Retry-After', String(Math.ceil(retryAfterMs / 1000)));
  }

  private message(code: VerificationResponseCode, context: ExecutionContext): string {
    const message = this.overrides.messages[code] ?? MESSAGE[code];
    if (typeof message === 'string') return message;
    try {
      const text: unknown = message(context);
      if (typeof text === 'string') return text;
      this.outcomes.error('verification.misconfigured', `messages.${code} returned no text`);
    } catch (error) {
      this.outcomes.error('verification.misconfigured', `messages.${code} failed`, { origin: error }); // a refusal stays the refusal it is
    }
    return MESSAGE[code];
  }
}
