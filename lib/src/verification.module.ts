import {
  Inject,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type FactoryProvider,
  type NestModule,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ApplicationConfig, DiscoveryModule, ModuleRef } from '@nestjs/core';
import { RouteAudit } from './audit/route.audit.js';
import { registry, withProviders } from './custom-providers.js';
import { Outcomes } from './events/outcomes.js';
import { Forms } from './guard/forms/forms.js';
import { EscapedErrorInterceptor } from './guard/response/escaped-error.interceptor.js';
import { ResponsePolicy } from './guard/response/response.policy.js';
import {
  GlobalVerificationErrorFilter,
  VerificationErrorFilter,
} from './guard/response/verification-error.filter.js';
import { runningLast } from './guard/last-guard.js';
import { VerificationGuard } from './guard/verification.guard.js';
import { HttpClients } from './http/clients.js';
import { HttpOptions, settingsOf } from './http/http.options.js';
import { VerificationHttpService } from './http/verification-http.service.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, NO_OPTIONS } from './options/module-definition.js';
import { deadlineMsOf } from './options/deadline.js';
import { expectMadeOnce } from './options/made-once.js';
import { expectObject } from './options/options-validator.js';
import { PROVIDER_CLASSES } from './options/provider-classes.js';
import { ResolvedOptions, resolveOptions } from './options/resolved.options.js';
import { VerificationModuleOptions } from './options/verification.options.js';
import { applicationKey } from './application-key.js';
import { ApplicationKey } from './providers/application-key.js';
import type { ProviderClass } from './providers/provider.options.js';
import { PROVIDER_SEAM } from './providers/registry.js';
import type { VerificationProvider } from './providers/verification.provider.js';
import { Homes } from './route/homes.js';
import { Plans } from './route/plans.js';
import { RouteNames } from './route/route-names.js';
import { completedStore } from './store/completed-store.js';
import { InMemoryStateStore } from './store/in-memory-state.store.js';
import { Scopes } from './store/scopes.js';
import { State } from './store/state.js';
import { StateStore } from './store/state.store.js';
import { StoreFailures } from './store/store-failures.js';
import { Judge } from './verification/judge.js';
import { Proofs } from './verification/proofs.js';
import { Receipts } from './verification/receipts.js';
import { Twins } from './verification/twins.js';
import { ProtectedRoutes, VerificationService } from './verification/verification.service.js';
import { Visitors } from './verification/visitors.js';

function fromOptions(
  provide: FactoryProvider['provide'],
  read: (options: ResolvedOptions) => unknown,
): FactoryProvider {
  return { provide, inject: [ResolvedOptions], useFactory: read };
}

const providers: Provider[] = [
  NO_OPTIONS, // those of forRoot() replace it
  {
    provide: ResolvedOptions,
    inject: [MODULE_OPTIONS_TOKEN, PROVIDER_CLASSES, Outcomes, { token: ConfigService, optional: true }],
    useFactory: resolveOptions,
  },
  fromOptions(VerificationModuleOptions, options => options.given),
  fromOptions(HttpOptions, options => options.http),
  fromOptions(StateStore, options => options.given.store ?? new InMemoryStateStore()),
  {
    provide: VerificationHttpService,
    inject: [HttpOptions],
    useFactory: (options: HttpOptions) => new VerificationHttpService(options),
  },
  HttpClients,
  Outcomes,
  { provide: PROVIDER_SEAM, useValue: () => undefined },
  registry,
  {
    provide: State,
    inject: [StateStore, HttpOptions, Outcomes],
    useFactory: (store: StateStore, http: HttpOptions, outcomes: Outcomes) => {
      const { timeoutMs } = settingsOf(http);
      const failures = new StoreFailures(outcomes);
      return new State(completedStore(store), timeoutMs, (...failure) => {
        failures.tell(...failure);
      });
    },
  },
  {
    provide: Scopes,
    inject: [VerificationModuleOptions, Outcomes],
    useFactory: (options: VerificationModuleOptions, outcomes: Outcomes) =>
      new Scopes(options.scope, outcomes, deadlineMsOf(options)),
  },
  {
    provide: ApplicationKey,
    inject: [ResolvedOptions, Outcomes],
    useFactory: applicationKey,
  },
  Receipts,
  Visitors,
  Twins,
  Proofs,
  Judge,
  ProtectedRoutes,
  VerificationService,
  RouteNames,
  Plans,
  Homes,
  Forms,
  ResponsePolicy,
  VerificationGuard,
  RouteAudit,
  VerificationErrorFilter,
  GlobalVerificationErrorFilter,
  EscapedErrorInterceptor,
];

/**
 * Verification of humans, adults and phone owners. Registers every provider's service; what is not configured can be
 * injected, and says what is missing when it is used.
 */
@Module({
  imports: [DiscoveryModule],
  providers,
  exports: [
    VerificationService,
    VerificationGuard,
    // Parts of the guard and of custom providers, for the modules that use them.
    Plans,
    Judge,
    Forms,
    ResponsePolicy,
    VerificationModuleOptions,
    Outcomes,
    HttpClients,
    VerificationHttpService,
    StateStore,
    State,
    Scopes,
    ApplicationKey,
  ],
})
export class VerificationModule extends ConfigurableModuleClass implements NestModule, OnModuleInit {
  constructor(@Inject(ModuleRef) private readonly moduleRef: ModuleRef) {
    super();
  }

  /** Nest calls it before it makes the routes, and after the application has added its own global guards. */
  configure(): void {
    expectMadeOnce(this.moduleRef); // before the audit is asked for, which would be made per request, too
    const audit = this.moduleRef.get(RouteAudit);
    // APP_GUARD is not used: it puts a guard before every route of those who did not ask for one.
    if (this.moduleRef.get(ResolvedOptions).given.globalGuard === true) {
      const application = this.moduleRef.get(ApplicationConfig, { strict: false });
      application.addGlobalGuard(runningLast(this.moduleRef.get(VerificationGuard), audit.handlers()));
    }
    audit.beforeRoutes();
  }

  /** @throws ConfigurationError where the options inject something request-scoped: they are made once. */
  onModuleInit(): void {
    expectMadeOnce(this.moduleRef);
  }

  /**
   * Credentials come from `options`, then from the environment.
   * @throws ConfigurationError at boot, with the fix in its message.
   */
  static override forRoot(options: VerificationModuleOptions = {}): DynamicModule {
    expectObject(options); // Nest takes them apart
    return withProviders(super.forRoot(options), options.customProviders);
  }

  /**
   * Works as {@link forRoot}, with options made by a factory or a `VerificationOptionsFactory`. Name `customProviders` here,
   * beside the factory, where constructors of other modules inject them.
   */
  static override forRootAsync(
    options: ConfigurableModuleAsyncOptions<VerificationModuleOptions, 'createVerificationOptions'> & {
      /** Lets every module inject what this one provides. @default true */
      readonly isGlobal?: boolean | undefined;
      /** Captchas and providers of your own. @default none */
      readonly customProviders?: readonly ProviderClass<VerificationProvider>[];
    },
  ): DynamicModule {
    const { customProviders, ...rest } = options;
    return withProviders(super.forRootAsync(rest), customProviders);
  }
}
