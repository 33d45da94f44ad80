import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OutcomeStream } from '../events/outcome.stream.js';
import { Bulkhead } from './bulkhead.js';
import { CircuitBreaker, type BreakerState } from './circuit.breaker.js';
import { connectionsTo } from './dispatcher.js';
import { AxiosTransport } from './axios.transport.js';
import { HttpOptions, settingsOf, type CommonHttpOptions } from './http.options.js';
import type { Transport } from './transport.js';
import { UndiciTransport } from './undici.transport.js';
import { VerificationHttpClient } from './verification-http.client.js';
import { VerificationHttpService } from './verification-http.service.js';

/** Opens the door to a provider, and closes every door with the application. */
@Injectable()
export class VerificationHttp implements OnApplicationShutdown {
  private readonly transports: Transport[] = [];

  constructor(
    @Inject(HttpOptions) private readonly common: CommonHttpOptions,
    @Inject(VerificationHttpService) private readonly http: VerificationHttpService,
    @Inject(OutcomeStream) private readonly outcomes: OutcomeStream,
  ) {}

  /** A client for `provider` at `baseUrl`; `own` lays over the module's `http` options. */
  open(provider: string, baseUrl: string, own?: HttpOptions): VerificationHttpClient {
    const url = new URL(baseUrl);
    const settings = settingsOf(this.common, own);
    const undici = new UndiciTransport(
      url.origin,
      settings.maxResponseBytes,
      connectionsTo(url.origin, settings),
    );
    const transport =
      settings.transport === 'undici' ? undici : new AxiosTransport(this.http, undici, own?.axios);
    this.transports.push(transport);
    const breaker =
      settings.breaker === false
        ? undefined
        : new CircuitBreaker(settings.breaker, state => {
            this.tell(provider, state);
          });
    return new VerificationHttpClient(provider, url.pathname.replace(/\/+$/, ''), transport, {
      settings,
      bulkhead: new Bulkhead(settings.maxConcurrent, settings.maxQueue),
      breaker,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.transports.map(transport => transport.close()));
  }

  private tell(provider: string, state: BreakerState): void {
    const event = 'verification.breaker';
    const about = { provider };
    if (state === 'open')
      this.outcomes.error(event, `${provider} keeps failing: its circuit breaker opens`, about);
    if (state === 'closed')
      this.outcomes.warn(event, `${provider} answers again: its circuit breaker closes`, about);
    if (this.outcomes.observed) this.outcomes.publish({ outcome: 'breaker', provider, state });
  }
}
