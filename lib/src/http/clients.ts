import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Outcomes } from '../events/outcomes.js';
import { Bulkhead } from './bulkhead.js';
import type { CircuitBreaker } from './breaker.js';
import { Breakers } from './breakers.js';
import { connectionsTo } from './dispatcher.js';
import { AxiosTransport } from './axios.transport.js';
import { HttpOptions, settingsOf } from './http.options.js';
import type { Transport } from './transport.js';
import { UndiciTransport } from './undici.transport.js';
import { HttpClient } from './client.js';
import { VerificationHttpService } from './verification-http.service.js';

// https://github.com/oven-sh/bun/issues/39247
const NO_BUN =
  'Bun is not supported: in place of undici, which asks the providers, it has a part that sends nothing. Run the application on Node.';

/** Makes the clients of providers, and closes their connections with the application. */
@Injectable()
export class HttpClients implements OnApplicationShutdown {
  private readonly transports: Transport[] = [];
  private readonly breakers: { readonly provider: string; readonly breakers: Breakers }[] = [];

  constructor(
    @Inject(HttpOptions) private readonly common: HttpOptions,
    @Inject(VerificationHttpService) private readonly http: VerificationHttpService,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {
    if (process.versions['bun'] !== undefined) outcomes.warn('verification.misconfigured', NO_BUN);
  }

  /** A client for `provider` at `baseUrl`; `own` lays over the module's `http` options. */
  open(provider: string, baseUrl: string, own?: HttpOptions): HttpClient {
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
    const breakers =
      settings.breaker === false
        ? undefined
        : new Breakers(settings.breaker, (state, tenant) => {
            this.tell(provider, state, tenant);
          });
    if (breakers !== undefined) this.breakers.push({ provider, breakers });
    return new HttpClient(
      provider,
      url.pathname.replace(/\/+$/, ''),
      transport,
      settings,
      new Bulkhead(settings.maxConcurrent, settings.maxQueue),
      breakers,
    );
  }

  /** The state of a provider's breaker; `closed` while nobody asked the provider, or if it is turned off. */
  breakerState(provider: string): 'closed' | 'open' | 'half_open' {
    const states = this.breakers
      .filter(each => each.provider === provider)
      .map(each => each.breakers.standing);
    return (['open', 'half_open'] as const).find(state => states.includes(state)) ?? 'closed';
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.transports.map(transport => transport.close()));
  }

  private tell(provider: string, state: CircuitBreaker['standing'], tenant: string | undefined): void {
    const event = 'verification.breaker';
    const about = { provider, tenant };
    if (state === 'open')
      this.outcomes.error(event, `${provider} keeps failing: its circuit breaker opens`, about);
    if (state === 'closed')
      this.outcomes.warn(event, `${provider} answers again: its circuit breaker closes`, about);
    if (this.outcomes.observed)
      this.outcomes.publish({
        outcome: 'breaker',
        provider,
        state,
        ...(tenant === undefined ? undefined : { tenant }),
      });
  }
}
