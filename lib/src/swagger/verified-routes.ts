import type { INestApplicationContext, Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { allMethods, demandsNamed } from '../route/demand-metadata.js';
import { isHttpRoute } from '../route/handler-kind.js';
import { Homes } from '../route/homes.js';
import { Plans } from '../route/plans.js';
import { ResponsePolicy } from '../guard/response/response.policy.js';
import type { PlannedCheck } from '../verification/planned-check.js';

type Name = string | symbol;

/** All that a route demands, each demand met by one of its checks, and what refuses those who do not meet it. */
export interface VerifiedRoute {
  /** A check that is optional may not hold. */
  readonly demands: readonly (readonly (PlannedCheck & { readonly isOptional: boolean })[])[];
  readonly responses: ResponsePolicy;
}

/** The extension that operations carry. */
export const MARK = 'x-verification';

/**
 * Finds the operations of decorated routes. Swagger copies a route's extensions into its operations, whatever prefix,
 * version and path those get; so routes carry their number as an extension while it makes the document.
 */
export class VerifiedRoutes {
  private readonly routes: VerifiedRoute[] = [];
  private readonly discovery: DiscoveryService;
  private readonly homes: Homes;
  /** The policy of each VerificationModule of the application, by its plans. */
  private readonly policies: ReadonlyMap<Plans, ResponsePolicy>;

  constructor(app: INestApplicationContext) {
    this.discovery = app.get(DiscoveryService, { strict: false });
    this.homes = app.get(Homes, { strict: false });
    const policies = app.get(ResponsePolicy, { strict: false, each: true });
    const plans = app.get(Plans, { strict: false, each: true });
    this.policies = new Map(policies.map((each, index) => [plans[index] as Plans, each]));
  }

  /** @throws ConfigurationError for a demand that can never be met as it is written. */
  whileMarked<T>(createDocument: () => T): T {
    // All methods are found before any is replaced: a controller may extend another one.
    const methods = [...this.controllers()].flatMap(([target, plans]) =>
      allMethods(target).flatMap(name => this.verifiedMethod(target, name, plans)),
    );
    const undo = methods.map(putInPlace);
    try {
      return createDocument();
    } finally {
      for (const each of undo) each();
    }
  }

  /** The route that an operation belongs to. */
  of(operation: object): VerifiedRoute | undefined {
    const { [MARK]: number } = operation as { [MARK]?: unknown };
    return typeof number === 'number' ? this.routes[number] : undefined;
  }

  private controllers(): ReadonlyMap<Type, Plans> {
    return new Map(
      this.discovery
        .getControllers()
        .flatMap(({ metatype, host }) =>
          typeof metatype === 'function' && host ? [[metatype as Type, this.homes.of(host)]] : [],
        ),
    );
  }

  private verifiedMethod(target: Type, name: Name, plans: Plans): VerifiedMethod[] {
    const method = (target.prototype as Record<Name, unknown>)[name];
    const demands = demandsNamed(target, name);
    const responses = this.policies.get(plans);
    if (typeof method !== 'function' || !isHttpRoute(method)) return [];
    if (demands.length === 0 || responses === undefined) return [];
    const checks = plans.checksOf(demands).map((alternatives, demand) =>
      alternatives.map((check, index) => {
        const { when } = demands[demand]?.anyOf[index] ?? {};
        return { ...check, isOptional: responses.isObserving || when !== undefined };
      }),
    );
    const route = { demands: checks, responses };
    return [{ prototype: target.prototype as object, name, method, number: this.routes.push(route) - 1 }];
  }
}

interface VerifiedMethod {
  readonly prototype: object;
  readonly name: Name;
  readonly method: { readonly name: string };
  readonly number: number;
}

/** Puts a marked stand-in in a method's place, since classes may share the method; returns how to take it away. */
function putInPlace({ prototype, name, method, number }: VerifiedMethod): () => void {
  const own = Object.getOwnPropertyDescriptor(prototype, name);
  const standIn = (): void => undefined;
  Object.defineProperty(standIn, 'name', { value: method.name });
  for (const key of Reflect.getMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), standIn);
  }
  const descriptor = { value: standIn, configurable: true, writable: true, enumerable: false };
  ApiExtension(MARK, number)(prototype, name, descriptor);
  Object.defineProperty(prototype, name, descriptor);
  return () => {
    if (own === undefined) Reflect.deleteProperty(prototype, name);
    else Object.defineProperty(prototype, name, own);
  };
}
