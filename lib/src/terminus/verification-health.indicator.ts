import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ConfigurationError } from '../errors/verification.error.js';
import { HttpClients } from '../http/clients.js';
import type { ProviderName } from '../providers/provider-types.js';
import { ProviderRegistry } from '../providers/registry.js';
import { State } from '../store/state.js';

/** Options of a health check. */
export interface VerificationHealthOptions {
  /** The verification providers without which the application is not well. @default all of them */
  readonly providers?: readonly ProviderName[];
}

/** Tells Terminus how the verification providers are, by their circuit breakers, and whether the state store works. */
@Injectable()
export class VerificationHealthIndicator implements OnModuleInit {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  /** @throws ConfigurationError where there is no `VerificationModule`. */
  onModuleInit(): void {
    this.find(HttpClients);
  }

  /**
   * `down` while a provider's breaker is open or the state store fails, else `up`. `providers` tells of each `closed`,
   * `half_open` or `open`; no provider is asked. Half open is `up`: while no request is let in, nobody would find out
   * that the provider answers again. `store` is `up` where every operation of the store works within `http.timeoutMs`.
   * @throws ConfigurationError for a provider that the application does not have.
   *
   * @example
   * health.check([() => indicator.isHealthy('verification', { providers: ['checkify'] })]);
   */
  isHealthy<const Key extends string>(
    key: Key,
    options: VerificationHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const registries = this.find(ProviderRegistry);
    const names = options.providers ?? [...new Set(registries.flatMap(each => each.names))];
    if (names.length === 0) {
      throw new ConfigurationError('"providers" of isHealthy() is empty. Leave it out to mean all of them.');
    }
    const http = this.find(HttpClients);
    const states = names.map(name => {
      if (!registries.some(each => each.names.includes(name))) registries[0]?.get(name); // throws
      const found = http.map(each => each.breakerState(name));
      return [name, (['open', 'half_open'] as const).find(each => found.includes(each)) ?? 'closed'] as const;
    });
    const indicator = this.indicators.check(key);
    return Promise.all(this.find(State).map(each => each.probe())).then(all => {
      const works = all.every(each => each);
      const details = { providers: Object.fromEntries(states), store: works ? 'up' : 'down' };
      const isDown = !works || states.some(([, state]) => state === 'open');
      return isDown ? indicator.down(details) : indicator.up(details);
    });
  }

  /** Finds every VerificationModule of the application: none need be global. */
  private find<T>(token: Type<T>): readonly T[] {
    try {
      return this.moduleRef.get(token, { strict: false, each: true });
    } catch {
      throw new ConfigurationError(
        'VerificationHealthIndicator finds no VerificationModule. Import VerificationModule.forRoot() in the application.',
      );
    }
  }
}
