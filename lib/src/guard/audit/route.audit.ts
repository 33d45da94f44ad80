import { Inject, Injectable, type ExecutionContext, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../../errors/verification.error.js';
import { OutcomeStream } from '../../events/outcome.stream.js';
import { bodyAdvice, bodyMistakes } from './body.audit.js';
import {
  allMethods,
  demandingMethods,
  demandsNamed,
  demandsOn,
  demandsOfClass,
  markMethods,
} from '../demand.metadata.js';
import { written } from '../demand.js';
import {
  isController,
  isFieldResolver,
  isGatewayHook,
  isHandler,
  isHttpRoute,
  isReachedGlobally,
} from './handler.kind.js';
import { RUNS_GUARDS } from '../runs-guards.decorator.js';
import { messageAdvice } from './message.audit.js';
import { verifiedMistakes } from './verified.audit.js';
import { RouteRequirements } from '../route.requirements.js';
import { VerificationGuard } from '../verification.guard.js';

type Class = ReturnType<ExecutionContext['getClass']>;

// What Nest and its siblings do not export: a metadata key, and the token of the options of GraphQLModule.
const GUARDS = '__guards__';
const GRAPHQL_OPTIONS = 'GqlModuleOptions';

/** A class that may have handlers, and the instance that serves them where there is one for all requests. */
interface Host {
  readonly target: Class;
  readonly instance: object | undefined;
}

/** The metadata keys of handlers before which another library than Nest runs guards. */
export class AuditOptions {
  readonly guardedHandlers: readonly (string | symbol)[] | undefined;
}

/** Stops the boot when a demand could not be kept: no guard, no such provider, no credentials, an impossible claim. */
@Injectable()
export class RouteAudit implements OnApplicationBootstrap {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(RouteRequirements) private readonly requirements: RouteRequirements,
    @Inject(OutcomeStream) private readonly outcomes: OutcomeStream,
    @Inject(AuditOptions) private readonly options: AuditOptions,
  ) {}

  /** Makes demands survive the functions that tools put in a handler's place; to be called before routes are made. */
  markHandlers(): void {
    for (const { target } of this.hosts()) markMethods(target);
  }

  /** @throws ConfigurationError that lists every mistake with its controller, its handler and what to write. */
  onApplicationBootstrap(): void {
    const mistakes = new Set(this.hosts().flatMap(host => this.mistakesOf(host)));
    if (mistakes.size > 0) throw new ConfigurationError([...mistakes].join('\n'));
    for (const advice of new Set(this.hosts().flatMap(host => this.adviceOn(host))))
      this.outcomes.warn('verification.late_form', advice);
  }

  private hosts(): readonly Host[] {
    return [...this.discovery.getControllers(), ...this.discovery.getProviders()].flatMap(
      ({ metatype, instance }) => hostsOf(metatype, instance),
    );
  }

  private mistakesOf(host: Host): string[] {
    const { target } = host;
    return [
      ...allMethods(target).flatMap(name => verifiedMistakes(placeOf(target, name), target, name)),
      ...handlersOf(target).flatMap(name => this.mistakesOfHandler(host, name)),
      ...this.mistakesOfClass(target),
    ];
  }

  private adviceOn({ target }: Host): string[] {
    return handlersOf(target).flatMap(name => {
      const demands = demandsNamed(target, name);
      const filters = this.application.getGlobalFilters();
      return [bodyAdvice(target, name, demands), messageAdvice(target, name, demands, filters)].flatMap(
        advice => advice ?? [],
      );
    });
  }

  /** A demand of a class that has nothing it could be about. */
  private mistakesOfClass(target: Class): string[] {
    const demands = demandsOfClass(target);
    if (demands.length === 0 || isController(target) || handlersOf(target).length > 0) return [];
    const decorators = [...new Set(demands.map(written))].join(' and ');
    return [
      `${target.name} has ${decorators}, but no route, message or resolver, and Nest runs no guard before its methods. Demand it of the route that the request comes in by, or ask a service in the methods.`,
    ];
  }

  private mistakesOfHandler({ target, instance }: Host, name: string | symbol): string[] {
    const method = handlerOf(target, name);
    // What guards are shown: a constructor may have bound the method, a mixin may have changed the constructor.
    const handler = ownHandlerOf(instance, name) ?? method;
    const seenAs = (instance ?? (target.prototype as object)).constructor as Class;

    const place = placeOf(target, name);
    const demands = demandsNamed(target, name);
    const decorators = [...new Set(demands.map(written))].join(' and ');
    const mistakes = bodyMistakes(place, demands, isHttpRoute(method));
    if (!isHandler(method) && !isGatewayHook(target, name) && !this.isMarked(target, method)) {
      return [
        `${place} has ${decorators}, but is no route, message or resolver, and Nest runs no guard before it. Demand it of the route that the request comes in by, or ask a service in the method. Where another library runs guards before it, write @RunsGuards().`,
      ];
    }
    if (isGatewayHook(target, name)) {
      mistakes.push(
        `${place} has ${decorators}, but Nest runs no guard before it. Demand it of the messages, or ask a service there.`,
      );
    }
    if (isFieldResolver(target, method) && !this.guardsFieldResolvers()) {
      mistakes.push(
        `${place} has ${decorators}, but Nest runs no guard before the resolver of a field. Write GraphQLModule.forRoot({ fieldResolverEnhancers: ['guards'] }), or demand it of the query.`,
      );
    }
    if (!this.isGuarded([target, seenAs], handler, method)) {
      mistakes.push(
        `${place} has ${decorators}, but no VerificationGuard covers it. Write @UseGuards(VerificationGuard) on the method or its class${
          isReachedGlobally(method) ? ', or VerificationModule.forRoot({ globalGuard: true })' : ''
        }.`,
      );
    }
    const seen = demandsOn(seenAs, handler) ?? [];
    if (!demands.every(demand => seen.includes(demand))) {
      mistakes.push(
        `${place} has ${decorators}, but a mixin, class decorator or constructor hides it from guards. Write it on the method, below every decorator that wraps it.`,
      );
    }
    try {
      this.requirements.of(target, method);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      mistakes.push(`${place} has ${decorators}: ${error.message}`);
    }
    return mistakes;
  }

  /** Whether the application says that a library runs guards before a method that Nest does not call itself. */
  private isMarked(target: Class, method: object): boolean {
    const keys = [RUNS_GUARDS, ...(this.options.guardedHandlers ?? [])];
    return keys.some(key => Reflect.hasMetadata(key, method)) || Reflect.hasMetadata(RUNS_GUARDS, target);
  }

  private isGuarded(classes: readonly Class[], handler: object, method: object): boolean {
    if (guardsOn(handler).some(isVerificationGuard)) return true;
    if (classes.every(each => guardsOn(each).some(isVerificationGuard))) return true;
    return isReachedGlobally(method) && this.isGuardedGlobally();
  }

  private guardsFieldResolvers(): boolean {
    const options = this.discovery.getProviders().filter(({ token }) => token === GRAPHQL_OPTIONS);
    return options.every(({ instance }) =>
      (instance as { fieldResolverEnhancers?: string[] } | undefined)?.fieldResolverEnhancers?.includes(
        'guards',
      ),
    );
  }

  private isGuardedGlobally(): boolean {
    const scoped = this.application.getGlobalRequestGuards().map(wrapper => wrapper.metatype);
    return [...this.application.getGlobalGuards(), ...scoped].some(isVerificationGuard);
  }
}

/** The methods that demand something, and what a demand of the class covers. */
function handlersOf(target: Class): readonly (string | symbol)[] {
  const isCovered = (name: string | symbol): boolean =>
    isHandler(handlerOf(target, name)) || Reflect.hasMetadata(RUNS_GUARDS, target);
  const handlers = demandsOfClass(target).length > 0 ? allMethods(target).filter(isCovered) : [];
  return [...new Set([...demandingMethods(target), ...handlers])];
}

function placeOf(target: Class, name: string | symbol): string {
  return `${target.name}.${String(name)}()`;
}

function hostsOf(metatype: unknown, instance: unknown): Host[] {
  const hosts: Host[] = [];
  const made = typeof instance === 'object' && instance !== null ? instance : undefined;
  const prototype = made && prototypeOf(made);
  const isOwn = isClass(metatype) && metatype.prototype === prototype;
  if (isClass(metatype)) hosts.push({ target: metatype, instance: isOwn ? made : undefined });
  // A value or what a factory made; Nest finds the handlers of such an instance by its own class.
  if (!isOwn && isClass(prototype?.constructor) && prototype.constructor !== Object) {
    hosts.push({ target: prototype.constructor, instance: made });
  }
  return hosts;
}

/** A provider may be a proxy that refuses to be looked at outside a request. */
function prototypeOf(instance: object): object | undefined {
  try {
    return (Object.getPrototypeOf(instance) as object | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function isClass(metatype: unknown): metatype is Class {
  return typeof metatype === 'function' && typeof metatype.prototype === 'object';
}

function handlerOf(target: Class, name: string | symbol): object {
  return (target.prototype as Record<string | symbol, object>)[name] ?? {};
}

function ownHandlerOf(instance: object | undefined, name: string | symbol): object | undefined {
  const own: unknown = instance && Object.getOwnPropertyDescriptor(instance, name)?.value;
  return typeof own === 'function' ? own : undefined;
}

function guardsOn(target: object): readonly unknown[] {
  return (Reflect.getMetadata(GUARDS, target) as readonly unknown[] | undefined) ?? [];
}

function isVerificationGuard(guard: unknown): boolean {
  if (typeof guard !== 'function') return guard instanceof VerificationGuard;
  return guard === VerificationGuard || guard.prototype instanceof VerificationGuard;
}
