import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { correlationIdOf } from '../events/correlation.id.js';

/** How the application names a request, where it says so to the module. */
export class CorrelationOptions {
  readonly correlationId: ((context: ExecutionContext) => string | undefined) | undefined;
}

/** Names requests in events and log lines as the application does. */
@Injectable()
export class Correlation {
  constructor(@Inject(CorrelationOptions) private readonly options: CorrelationOptions) {}

  /** The request's name; `undefined` where the application has none, or none that fits into a line. */
  idOf(context: ExecutionContext): string | undefined {
    const { correlationId } = this.options;
    if (correlationId === undefined) return undefined;
    try {
      return correlationIdOf(correlationId(context));
    } catch {
      return undefined; // a name that cannot be found is no reason to refuse anybody
    }
  }
}
