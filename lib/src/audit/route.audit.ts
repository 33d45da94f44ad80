import { Inject, Injectable, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../errors/verification.error.js';
import { Outcomes } from '../events/outcomes.js';
import { bodyMistakes } from './body.audit.js';
import { classMistakes } from './class.audit.js';
import { demandsNamed, demandsOn, markMethods } from '../route/demand-metadata.js';
import { written } from '../route/demand.js';
import {
  isFieldResolver,
  isGatewayHook,
  isHandler,
  isHttpRoute,
  isReachedGlobally,
} from '../route/handler-kind.js';
import { RUNS_GUARDS } from '../decorators/runs-guards.decorator.js';
import { messageAdvice } from './message.audit.js';
import { lateGuards, latePipes } from './order.audit.js';
import { sharedFields } from './field.audit.js';
import { allHosts, auditedMethods, handlerOf, handlersOf, shownOf, type AuditedMethod } from './hosts.js';
import { sourceMistakes } from './source.audit.js';
import { verifiedMistakes } from './verified.audit.js';
import { Homes } from '../route/homes.js';
import { Plans } from '../route/plans.js';
import { EscapedErrorInterceptor } from '../guard/response/escaped-error.interceptor.js';
import { isFilterEnough } from './escaped-errors.js';
import { Forms } from '../guard/forms/forms.js';
import { VerificationModuleOptions } from '../options/verification.options.js';
import { observing, routesLine, routesOf } from './route-list.js';
import { ProtectedRoutes } from '../verification/verification.service.js';
import { covers, Coverage } from './covering.js';
import { weakProofs } from './weak-proof.audit.js';

/** Stops the boot when a demand could not be kept: no guard, no such provider, no credentials, an impossible claim. */
@Injectable()
export class RouteAudit implements OnApplicationBootstrap {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(Plans) private readonly plans: Plans,
    @Inject(Forms) private readonly forms: Forms,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
    @Inject(VerificationModuleOptions) private readonly options: VerificationModuleOptions,
    @Inject(ProtectedRoutes) private readonly routes: ProtectedRoutes,
    @Inject(Homes) private readonly homes: Homes,
    @Inject(EscapedErrorInterceptor) private readonly escapedErrors: EscapedErrorInterceptor,
  ) {
    this.coverage = new Coverage(discovery, application, homes);
    plans.isElsewhere = (target, handler) => this.coverage.isElsewhere(plans, target, handler);
    plans.isUnguarded = (target, handler) => this.coverage.isUnguarded(target, handler);
  }

  private readonly coverage: Coverage;
  private servesHttp = false;

  /** Makes demands survive the functions that tools put in a handler's place; Nest is about to make HTTP routes. */
  beforeRoutes(): void {
    this.servesHttp = true;
    const hosts = allHosts(this.discovery);
    for (const { target } of hosts) markMethods(target);
    if (this.homes.all().length < 2 && isFilterEnough(hosts, this.application, this.options))
      this.escapedErrors.standAside();
    else this.escapedErrors.takePlace();
  }

  /** Every method of the application that demands something. */
  handlers(): readonly object[] {
    return allHosts(this.discovery).flatMap(({ target }) =>
      handlersOf(target).map(name => handlerOf(target, name)),
    );
  }

  /** @throws ConfigurationError that lists every mistake with its controller, its handler and what to write. */
  onApplicationBootstrap(): void {
    const hosts = allHosts(this.discovery);
    const methods = hosts.flatMap(auditedMethods).filter(each => this.answersFor(each));
    const demanding = methods.filter(({ isDemanding }) => isDemanding);
    const mistakes = new Set([
      ...methods.flatMap(each => this.mistakesOf(each)),
      ...hosts.flatMap(({ target }) => classMistakes(target)),
    ]);
    if (mistakes.size > 0) throw new ConfigurationError([...mistakes].join('\n'));
    const routes = (this.routes.list = routesOf(methods));
    if (routes.length > 0) this.outcomes.log('verification.routes', routesLine(routes));
    if (this.options.enforcement === 'observe')
      this.outcomes.warn('verification.misconfigured', observing(demanding));
    this.advise(demanding);
  }

  private advise(demanding: readonly AuditedMethod[]): void {
    const filters = this.application.getGlobalFilters();
    const guards = this.coverage.globalGuards();
    const lateOf = (target: Type, handler: object): readonly string[] =>
      this.forms.of(this.plans.of(target, handler)).late;
    for (const [event, advice] of [
      ['verification.late_form', demanding.flatMap(each => messageAdvice(each, filters))],
      ['verification.late_form', latePipes(demanding, lateOf)],
      ['verification.late_guard', demanding.flatMap(each => lateGuards(each, guards, covers))],
      ['verification.weak_proof', demanding.flatMap(each => weakProofs(each, this.plans))],
      ['verification.misconfigured', demanding.flatMap(each => sharedFields(each, this.plans))],
    ] as const)
      for (const line of new Set(advice)) this.outcomes.warn(event, line);
  }

  /** This module answers for the methods that its guards judge, and for those of its classes that nobody judges. */
  private answersFor({ host, name }: AuditedMethod): boolean {
    if (this.homes.all().length < 2) return true;
    const [owner = this.homes.of(host.module)] = this.coverage.ownersOf(host, name);
    return owner === this.plans;
  }

  private mistakesOf(audited: AuditedMethod): string[] {
    const { target, name, place, isDemanding } = audited;
    return [...verifiedMistakes(place, target, name), ...(isDemanding ? this.demandMistakesOf(audited) : [])];
  }

  private demandMistakesOf({ host, target, name, handler: method, place }: AuditedMethod): string[] {
    const [seenAs, handler] = shownOf(host, name);
    const demands = demandsNamed(target, name);
    const subject = `${place} has ${[...new Set(demands.map(written))].join(' and ')}`;
    const mistakes = bodyMistakes(place, demands, isHttpRoute(method));
    if (!isHandler(method) && !isGatewayHook(target, name) && !this.isMarked(target, method)) {
      return [
        `${subject}, but is no route, message or resolver, and Nest runs no guard before it. Demand it of the route that the request comes in by, or ask a service in the method. Where another library runs guards before it, write @RunsGuards().`,
      ];
    }
    if (isGatewayHook(target, name)) {
      mistakes.push(
        `${subject}, but Nest runs no guard before it. Demand it of the messages, or ask a service there.`,
      );
    }
    if (isFieldResolver(target, method) && !this.coverage.guardsFieldResolvers()) {
      mistakes.push(
        `${subject}, but Nest runs no guard before the resolver of a field. Write GraphQLModule.forRoot({ fieldResolverEnhancers: ['guards'] }), or demand it of the query.`,
      );
    }
    // Scripts and tests without HTTP make no routes, and add no global guards.
    const isServed = this.servesHttp || !isReachedGlobally(method);
    const owners = this.coverage.ownersOf(host, name);
    if (isServed && owners.size === 0) {
      mistakes.push(
        `${subject}, but no VerificationGuard covers it. Write @UseGuards(VerificationGuard) on the method or its class${
          isReachedGlobally(method) ? ', or VerificationModule.forRoot({ globalGuard: true })' : ''
        }. A guard of your own extends VerificationGuard, or says static covers = [VerificationGuard] if it delegates to it.`,
      );
    }
    if (owners.size > 1) {
      mistakes.push(
        `${subject}, but guards of several VerificationModules stand before it. Import one of them where its class is listed, and write @UseGuards(VerificationGuard) there.`,
      );
    }
    const home = this.homes.seenBy(host.module);
    if (owners.size === 1 && home !== undefined && !owners.has(home)) {
      mistakes.push(
        `${subject}, but a global guard of another VerificationModule than the one that its module imports would judge it. Write @UseGuards(VerificationGuard) on the method or its class.`,
      );
    }
    const seen = demandsOn(seenAs, handler) ?? [];
    if (!demands.every(demand => seen.includes(demand))) {
      mistakes.push(
        `${subject}, but a mixin, class decorator or constructor hides it from guards. Write it on the method, below every decorator that wraps it.`,
      );
    }
    try {
      const plan = this.plans.of(target, method);
      this.forms.of(plan);
      mistakes.push(...sourceMistakes(place, plan, this.coverage.of(host, name)));
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      mistakes.push(`${subject}: ${error.message}`);
    }
    return mistakes;
  }

  /** Tells whether the application says that a library runs guards before a method that Nest does not call itself. */
  private isMarked(target: Type, method: object): boolean {
    const keys = [RUNS_GUARDS, ...(this.options.guardedHandlers ?? [])];
    return keys.some(key => Reflect.hasMetadata(key, method)) || Reflect.hasMetadata(RUNS_GUARDS, target);
  }
}
