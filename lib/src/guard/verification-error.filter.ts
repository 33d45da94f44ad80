import { Catch, Inject, type ArgumentsHost, type ExecutionContext } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { VerificationError } from '../errors/verification.error.js';
import { ResponsePolicy } from './response.policy.js';

/**
 * Answers a `VerificationError` of a manual check as the guard would, so that an outage is a 503 and not a 500.
 *
 * @example `@UseFilters(VerificationErrorFilter)` on a controller that calls a provider's service
 */
@Catch(VerificationError)
export class VerificationErrorFilter extends BaseExceptionFilter {
  constructor(
    @Inject(ResponsePolicy) private readonly responses: ResponsePolicy,
    @Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost,
  ) {
    super(httpAdapter);
  }

  override catch(error: VerificationError, host: ArgumentsHost): void {
    // Nest hands filters an ExecutionContext without class and handler, under the narrower type.
    super.catch(this.responses.failed(error, host as ExecutionContext), host);
  }
}
