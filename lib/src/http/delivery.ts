import type { Exchange } from './exchange.js';
import type { UndiciTransport } from './undici.transport.js';

/**
 * How a request reaches the adapter through axios, which passes class instances untouched: as the cancel token,
 * because `HttpService` makes one per call, with an error and its stack on every success, unless it is given one.
 */
export class Delivery {
  constructor(
    readonly transport: UndiciTransport,
    readonly exchange: Exchange,
  ) {}

  throwIfRequested(): void {
    // The exchange ends a request; axios has nothing to cancel.
  }

  subscribe(): void {
    // See throwIfRequested.
  }

  unsubscribe(): void {
    // See throwIfRequested.
  }
}
