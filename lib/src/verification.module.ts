import {
  Inject,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type NestModule,
  type Provider,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { APP_FILTER, ApplicationConfig, DiscoveryModule, ModuleRef } from '@nestjs/core';
import { OutcomeStream } from './events/outcome.stream.js';
import { BodyValidation, BodyValidators } from './guard/body/body.validator.js';
import { Correlation, CorrelationOptions } from './guard/correlation.js';
import { EvidenceCollector } from './guard/evidence.collector.js';
import { OncePassage } from './guard/once.passage.js';
import { ResponseOverrides, ResponsePolicy } from './guard/response/response.policy.js';
import { AuditOptions, RouteAudit } from './guard/audit/route.audit.js';
import { RouteChecks } from './guard/route.checks.js';
import { RouteRequirements } from './guard/route.requirements.js';
import {
  GlobalVerificationErrorFilter,
  VerificationErrorFilter,
} from './guard/response/verification-error.filter.js';
import { VerificationGuard } from './guard/verification.guard.js';
import { VisitorMemory } from './guard/visitor.memory.js';
import { HttpOptions, settingsOf } from './http/http.options.js';
import { VerificationHttp } from './http/verification-http.js';
import { VerificationHttpService } from './http/verification-http.service.js';
import { expectObject } from './options.validator.js';
import * as builtIn from './providers/built-in.js';
import type { VerificationProvider } from './providers/verification.provider.js';
import { ProviderRegistry } from './registry/provider.registry.js';
import { ResolvedOptions, resolveOptions } from './resolved.options.js';
import { InMemoryStateStore } from './store/in-memory.state-store.js';
import { StateStore } from './store/state.store.js';
import { StoreDoor } from './store/store.door.js';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type ASYNC_OPTIONS_TYPE,
} from './verification.module-definition.js';
import type { VerificationModuleOptions } from './verification.options.js';
import { ProofLedger } from './verification/proof.ledger.js';
import { ReceiptLedger } from './verification/receipt.ledger.js';
import { VerificationService } from './verification/verification.service.js';

const services = Object.values(builtIn);

function fromOptions(
  provide: FactoryProvider['provide'],
  read: (options: ResolvedOptions) => unknown,
): FactoryProvider {
  return { provide, inject: [ResolvedOptions], useFactory: read };
}

const providers: Provider[] = [
  {
    provide: ResolvedOptions,
    inject: [MODULE_OPTIONS_TOKEN, { token: ConfigService, optional: true }],
    useFactory: resolveOptions,
  },
  fromOptions(HttpOptions, options => options.http),
  fromOptions(StateStore, options => options.given.store ?? new InMemoryStateStore()),
  fromOptions(BodyValidation, ({ given }) => ({ options: given.validation })),
  fromOptions(AuditOptions, ({ given }) => ({ guardedHandlers: given.guardedHandlers })),
  fromOptions(CorrelationOptions, ({ given }) => ({ correlationId: given.correlationId })),
  fromOptions(ResponseOverrides, ({ given }) => ({
    messages: given.messages ?? {},
    statusCodes: given.statusCodes ?? {},
  })),
  ...Object.entries(builtIn).map(([name, { Options }]) =>
    fromOptions(Options, options => options.providers.get(name)),
  ),
  {
    provide: VerificationHttpService,
    inject: [HttpOptions],
    useFactory: (options: HttpOptions) => new VerificationHttpService(options),
  },
  VerificationHttp,
  OutcomeStream,
  ...services,
  {
    provide: ProviderRegistry,
    inject: [ResolvedOptions, ModuleRef, ...services],
    useFactory: async (
      { given }: ResolvedOptions,
      moduleRef: ModuleRef,
      ...known: VerificationProvider[]
    ) => {
      const custom = await Promise.all((given.customProviders ?? []).map(each => moduleRef.create(each)));
      return new ProviderRegistry([...known, ...custom]);
    },
  },
  {
    provide: StoreDoor,
    inject: [StateStore, HttpOptions, OutcomeStream],
    useFactory: (store: StateStore, http: HttpOptions, outcomes: OutcomeStream) => {
      const { timeoutMs } = settingsOf(http);
      return new StoreDoor(
        store,
        () => timeoutMs,
        message => {
          outcomes.warn('verification.store_failed', message);
        },
      );
    },
  },
  ReceiptLedger,
  ProofLedger,
  VerificationService,
  BodyValidators,
  RouteChecks,
  RouteRequirements,
  VisitorMemory,
  EvidenceCollector,
  OncePassage,
  Correlation,
  ResponsePolicy,
  VerificationGuard,
  RouteAudit,
  VerificationErrorFilter,
  { provide: APP_FILTER, useClass: GlobalVerificationErrorFilter },
];

/**
 * Verification of humans, adults and phone owners. Registers every provider's service; what is not configured can be
 * injected, and says what is missing when it is used.
 */
@Module({
  imports: [DiscoveryModule],
  providers,
  exports: [
    ...services,
    VerificationService,
    VerificationGuard,
    // What the guard and custom providers are made of, in the modules that use them.
    RouteRequirements,
    EvidenceCollector,
    OncePassage,
    Correlation,
    ResponsePolicy,
    OutcomeStream,
    VerificationHttp,
    VerificationHttpService,
    StateStore,
  ],
})
export class VerificationModule extends ConfigurableModuleClass implements NestModule {
  constructor(@Inject(ModuleRef) private readonly moduleRef: ModuleRef) {
    super();
  }

  /** Nest calls it before it makes the routes, and after the application has added its own global guards. */
  configure(): void {
    const application = this.moduleRef.get(ApplicationConfig, { strict: false });
    // Nest asks the last one first, and the module may come after the application's own APP_FILTER.
    const filters = application.getGlobalFilters();
    filters.sort(
      (a, b) => Number(b instanceof VerificationErrorFilter) - Number(a instanceof VerificationErrorFilter),
    );
    // Last, so that nothing is spent on whom another guard refuses. Not APP_GUARD: that comes in no certain order,
    // and puts a guard before every route of those who did not ask for one.
    if (this.moduleRef.get(ResolvedOptions).given.globalGuard === true) {
      application.addGlobalGuard(this.moduleRef.get(VerificationGuard));
    }
    this.moduleRef.get(RouteAudit).markHandlers();
  }

  /**
   * Credentials come from `options`, then from the environment.
   * @throws ConfigurationError at boot, with the fix in its message.
   */
  static override forRoot(options: VerificationModuleOptions = {}): DynamicModule {
    expectObject(options); // Nest takes them apart
    return super.forRoot(options);
  }

  /** As {@link forRoot}, with options made by a factory or a `VerificationOptionsFactory`. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
