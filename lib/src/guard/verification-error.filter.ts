import { Catch, Inject, type ArgumentsHost, type ExecutionContext } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { throwError } from 'rxjs';
import { ConfigurationError, VerificationError } from '../errors/verification.error.js';
import { ResponsePolicy } from './response.policy.js';

/**
 * Answers a `VerificationError` of a manual check as the guard would, so that an outage is a 503 and not a 500. It
 * works in the whole application; filters of the application's own come first.
 */
@Catch(VerificationError)
export class VerificationErrorFilter extends BaseExceptionFilter {
  constructor(@Inject(ResponsePolicy) private readonly responses: ResponsePolicy) {
    super(); // Nest injects the adapter, once there is one
  }

  override catch(error: VerificationError, host: ArgumentsHost): unknown {
    if (error instanceof ConfigurationError && host.getType() === 'http') {
      super.catch(error, host); // the application's own mistake: Nest logs it and answers 500
      return undefined;
    }
    // Nest hands filters an ExecutionContext without class and handler, under the narrower type.
    const context = host as ExecutionContext;
    const exception =
      error instanceof ConfigurationError
        ? this.responses.misconfigured(error, context)
        : this.responses.failed(error, context);
    if (host.getType() === 'rpc') return throwError(() => exception);
    if (host.getType() === 'ws') tell(host.switchToWs().getClient(), exception.getResponse());
    else if (host.getType() === 'http') super.catch(exception, host);
    else throw exception;
    return undefined;
  }
}

interface Client {
  readonly readyState?: unknown;
  send?(message: string): unknown;
  emit?(event: string, message: unknown): unknown;
}

/** What Nest's own filter does, whose package is optional; nobody would catch what is thrown for a gateway. */
function tell(client: Client, response: unknown): void {
  if (typeof client.readyState === 'number')
    client.send?.(JSON.stringify({ event: 'exception', data: response }));
  else client.emit?.('exception', response);
}
