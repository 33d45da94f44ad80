import { Inject, Injectable, type ExecutionContext, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../errors/verification.error.js';
import { allMethods, demandingMethods, demandsOn, hasClassDemand } from './demand.metadata.js';
import { RouteRequirements } from './route.requirements.js';
import { VerificationGuard } from './verification.guard.js';

type Class = ReturnType<ExecutionContext['getClass']>;

// Nest's and its siblings' metadata keys, which their packages do not export.
const GUARDS = '__guards__';
const ROUTE_PATH = 'path';
const MESSAGE_KEYS = ['microservices:pattern', 'websockets:message_mapping'];
const RESOLVER_KEYS = ['graphql:resolver_type', 'graphql:resolve_property'];

/** Stops the boot when a demand could not be kept: no guard, no such provider, no credentials, an impossible claim. */
@Injectable()
export class RouteAudit implements OnApplicationBootstrap {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(RouteRequirements) private readonly requirements: RouteRequirements,
  ) {}

  /** @throws ConfigurationError that lists every mistake with its controller, its handler and what to write. */
  onApplicationBootstrap(): void {
    const classes = [...this.discovery.getControllers(), ...this.discovery.getProviders()].map(
      each => each.metatype,
    );
    const mistakes = [...new Set(classes)].filter(isClass).flatMap(target => this.mistakesOf(target));
    if (mistakes.length > 0) throw new ConfigurationError(mistakes.join('\n'));
  }

  private mistakesOf(target: Class): string[] {
    const methods = hasClassDemand(target)
      ? [
          ...new Set([
            ...demandingMethods(target),
            ...allMethods(target).filter(name => isHandler(target, name)),
          ]),
        ]
      : demandingMethods(target);
    return methods.flatMap(name => this.mistakesOfHandler(target, name));
  }

  private mistakesOfHandler(target: Class, name: string | symbol): string[] {
    const handler = handlerOf(target, name);
    const place = `${target.name}.${String(name)}()`;
    const names = [...new Set(demandsOn(target, name).map(({ provider }) => `'${provider}'`))].join(', ');
    const mistakes: string[] = [];
    if (!this.isGuarded(target, handler)) {
      mistakes.push(
        `${place} has @RequireVerification(${names}), but no VerificationGuard covers it. Write @UseGuards(VerificationGuard) on the method or its class${
          isHttpRoute(handler) ? ', or VerificationModule.forRoot({ globalGuard: true })' : ''
        }.`,
      );
    }
    try {
      this.requirements.of(target, handler);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      mistakes.push(`${place} has @RequireVerification(${names}): ${error.message}`);
    }
    return mistakes;
  }

  private isGuarded(target: Class, handler: object): boolean {
    const bound = [...guardsOn(target), ...guardsOn(handler)];
    if (bound.some(isVerificationGuard)) return true;
    // Global guards reach routes and resolvers; gateways never, message handlers of a hybrid application not always.
    return (isHttpRoute(handler) || isResolver(handler)) && this.isGuardedGlobally();
  }

  private isGuardedGlobally(): boolean {
    const scoped = this.application.getGlobalRequestGuards().map(wrapper => wrapper.metatype);
    return [...this.application.getGlobalGuards(), ...scoped].some(isVerificationGuard);
  }
}

function isClass(metatype: unknown): metatype is Class {
  return typeof metatype === 'function' && typeof metatype.prototype === 'object';
}

function handlerOf(target: Class, name: string | symbol): object {
  return (target.prototype as Record<string | symbol, object>)[name] ?? {};
}

function isHandler(target: Class, name: string | symbol): boolean {
  const handler = handlerOf(target, name);
  return (
    isHttpRoute(handler) || isResolver(handler) || MESSAGE_KEYS.some(key => Reflect.hasMetadata(key, handler))
  );
}

function isHttpRoute(handler: object): boolean {
  return Reflect.hasMetadata(ROUTE_PATH, handler);
}

function isResolver(handler: object): boolean {
  return RESOLVER_KEYS.some(key => Reflect.hasMetadata(key, handler));
}

function guardsOn(target: object): readonly unknown[] {
  return (Reflect.getMetadata(GUARDS, target) as readonly unknown[] | undefined) ?? [];
}

function isVerificationGuard(guard: unknown): boolean {
  if (typeof guard !== 'function') return guard instanceof VerificationGuard;
  return guard === VerificationGuard || guard.prototype instanceof VerificationGuard;
}
