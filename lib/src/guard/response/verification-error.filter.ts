import { Catch, Inject, type ArgumentsHost, type ExecutionContext } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { throwError } from 'rxjs';
import { ConfigurationError, isAnswered, VerificationError } from '../../errors/verification.error.js';
import { ResponsePolicy } from './response.policy.js';
import { VerificationException } from '../../errors/verification.exception.js';
import { sendException } from './websocket-client.js';

/**
 * Answers a `VerificationError` of a manual check as the guard would, so that an outage is a 503 and not a 500. On a
 * gateway or message handler it also answers the guard's own refusals, which Nest would call an internal error there:
 * as the event `exception`, and as the error of the message.
 */
@Catch(VerificationError, VerificationException)
export class VerificationErrorFilter extends BaseExceptionFilter {
  constructor(@Inject(ResponsePolicy) private readonly responses: ResponsePolicy) {
    super(); // Nest injects the adapter, once there is one
  }

  /** Answers as the guard would: status, body and `Retry-After`; a mistake of the application stays a 500. */
  override catch(error: VerificationError | VerificationException, host: ArgumentsHost): unknown {
    const type = host.getType<string>();
    if (error instanceof ConfigurationError && type === 'http') {
      this.responses.prepare(error, host as ExecutionContext); // the application's own mistake: a line, and 500
      super.catch(error, host);
      return undefined;
    }
    const exception = this.exceptionFor(error, host);
    if (type === 'rpc') return throwError(() => exception.getResponse());
    if (type === 'ws') sendException(host.switchToWs().getClient(), exception.getResponse());
    else if (type === 'http') super.catch(exception, host);
    else throw exception;
    return undefined;
  }

  private exceptionFor(
    error: VerificationError | VerificationException,
    host: ArgumentsHost,
  ): VerificationException | VerificationError {
    if (error instanceof VerificationException) return error;
    // The module that the handler belongs to has answered it.
    if (isAnswered(error) && !(error instanceof ConfigurationError)) return error;
    // Nest hands filters an ExecutionContext without class and handler, under the narrower type.
    const context = host as ExecutionContext;
    return error instanceof ConfigurationError
      ? this.responses.misconfigured(error, context)
      : this.responses.failed(error, context);
  }
}

/** The filter of the whole application; it leaves the guard's refusals to Nest. */
@Catch(VerificationError)
export class GlobalVerificationErrorFilter extends VerificationErrorFilter {}
