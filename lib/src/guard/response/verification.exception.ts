import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';

/** What a client can be told. */
export type VerificationResponseCode =
  | 'verification_required'
  | 'verification_rejected'
  | 'verification_pending'
  | 'verification_limited'
  | 'verification_unavailable';

/** The body of every refusal. */
export interface VerificationResponse {
  readonly statusCode: number;
  readonly code: VerificationResponseCode;
  readonly message: string;
  /** The status in words, as in Nest's own exceptions. */
  readonly error: string;
}

/** The refusal that the client gets; says nothing about the provider, the evidence or the reason. */
export class VerificationException extends HttpException {
  readonly code: VerificationResponseCode;
  /** How long to wait before asking again, in milliseconds, where known; also sent as `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(code: VerificationResponseCode, status: number, message: string, retryAfterMs?: number) {
    const body: VerificationResponse = {
      statusCode: status,
      code,
      message,
      error: STATUS_CODES[status] ?? 'Error',
    };
    super(body, status);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** What GraphQL servers add to the error; `originalError` is where Nest's Apollo driver puts a body as well. */
  get extensions(): Readonly<Record<string, unknown>> {
    return { code: this.code, originalError: this.getResponse() };
  }
}
