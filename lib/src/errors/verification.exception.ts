import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { DescribedDemand } from '../contract/described-demand.js';
import type { RejectionReason } from '../contract/verdict.js';
import type { VerificationResponseCode } from './responses.js';

/** The body of every refusal. */
export interface VerificationResponse {
  readonly statusCode: number;
  readonly code: VerificationResponseCode;
  readonly message: string;
  /** The status in words, as in Nest's own exceptions. */
  readonly error: string;
  /** With `describeRefusals`, what `verification_required` asks for: all of the list, each by any one of its own list. */
  readonly demands?: readonly (readonly DescribedDemand[])[];
}

/** The refusal that the client gets; says nothing about the provider, the evidence or the reason. */
export class VerificationException extends HttpException {
  readonly code: VerificationResponseCode;
  /** The time to wait before asking again, in milliseconds, if known. It is also sent as `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  readonly #reason: RejectionReason | undefined;

  constructor(
    code: VerificationResponseCode,
    status: number,
    message: string,
    retryAfterMs?: number,
    reason?: RejectionReason,
    demands?: VerificationResponse['demands'],
  ) {
    super({ ...responseBody(code, status, message), ...(demands && { demands }) }, status);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.#reason = reason;
  }

  /** The reason of the provider's no, for filters of the application. It is never part of the body or of any JSON. */
  get reason(): RejectionReason | undefined {
    return this.#reason;
  }

  /** The members that GraphQL servers add to the error; Nest's Apollo driver puts bodies into `originalError` as well. */
  get extensions(): Readonly<Record<string, unknown>> {
    return { code: this.code, originalError: this.getResponse() };
  }
}

/** Makes the body of a refusal. */
export function responseBody(
  code: VerificationResponseCode,
  statusCode: number,
  message: string,
): VerificationResponse {
  return { statusCode, code, message, error: STATUS_CODES[statusCode] ?? 'Error' };
}
