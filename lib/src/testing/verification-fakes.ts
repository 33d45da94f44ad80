import type { ClassProvider, FactoryProvider, ValueProvider } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
import { HttpClients } from '../http/clients.js';
import * as builtIn from '../providers/built-in.js';
import type { ProviderName } from '../providers/provider-types.js';
import type { VerificationProvider } from '../providers/verification.provider.js';
import { InMemoryStateStore } from '../store/in-memory-state.store.js';
import { StateStore } from '../store/state.store.js';
import { CheckifyFake } from './checkify.fake.js';
import { EngageLabFake } from './engagelab.fake.js';
import { fakeClients } from './fake-clients.js';
import { fakeCredentials, optionsWith } from './fake-options.js';
import { HumanProofFake } from './humanproof.fake.js';
import { ProviderFake } from './provider.fake.js';
import type { ScriptedProvider } from './scripted.provider.js';
import { PROVIDER_SEAM } from '../providers/registry.js';
import { VerifyIdFake } from './verifyid.fake.js';

/** A provider of the module that a test replaces. */
export type Replacement = ClassProvider | FactoryProvider | ValueProvider;

/** The fake of a provider, built in or of the application's own. */
export type FakeOf<N extends ProviderName> = N extends keyof typeof builtIn
  ? VerificationFakes[N]
  : ProviderFake<N>;

/** The fakes of one application's providers. Guards, decorators, services and their answers stay the real ones. */
export class VerificationFakes {
  readonly checkify = new CheckifyFake('checkify');
  readonly engagelab = new EngageLabFake('engagelab');
  readonly humanproof = new HumanProofFake('humanproof');
  readonly verifyid = new VerifyIdFake('verifyid');

  private readonly fakes = new Map<string, ScriptedProvider>(Object.entries(this.builtIn()));
  private readonly adopted = new Set<string>();
  private readonly store = new InMemoryStateStore();

  /**
   * The fake of a provider by name, those in `customProviders` included.
   * @throws ConfigurationError when the application has no such provider.
   */
  of<N extends ProviderName>(name: N): FakeOf<N> {
    if (this.adopted.size > 0 && !this.fakes.has(name)) throw this.unknown(name);
    return this.made(name) as unknown as FakeOf<N>; // it was made for that name
  }

  /** Forgets everything between two tests: what was said and asked, and receipts, challenges and limits. */
  reset(): void {
    for (const fake of this.fakes.values()) fake.reset();
    Object.assign(this.store, new InMemoryStateStore()); // which is empty
  }

  /** @internal Replaces providers of the module. */
  replacements(): Replacement[] {
    return [
      optionsWith(fakeCredentials),
      {
        provide: PROVIDER_SEAM,
        useValue: (provider: VerificationProvider) => {
          this.adopt(provider);
        },
      },
      { provide: StateStore, useValue: this.store },
      { provide: HttpClients, useClass: fakeClients(name => this.fakes.get(name)) },
    ];
  }

  private builtIn(): { readonly [N in keyof typeof builtIn]: FakeOf<N> } {
    const { checkify, engagelab, humanproof, verifyid } = this;
    return { checkify, engagelab, humanproof, verifyid };
  }

  /** Puts a fake before a provider: its questions go to the fake, and all else stays the provider's own. */
  private adopt(provider: VerificationProvider): void {
    const fake = this.made(provider.name);
    this.adopted.add(provider.name);
    fake.adopt(provider);
    const ask = provider.ask.bind(provider);
    provider.ask = (check, evidence, record) =>
      fake.ask({ check, evidence, record, ask: () => ask(check, evidence, record) });
  }

  private made(name: string): ScriptedProvider {
    const fake = this.fakes.get(name) ?? new ProviderFake(name);
    this.fakes.set(name, fake);
    return fake;
  }

  private unknown(name: string): ConfigurationError {
    const known = [...this.adopted].map(each => `"${each}"`).join(', ');
    return new ConfigurationError(
      `There is no verification provider "${name}" to fake. Write one of ${known}.`,
    );
  }
}
