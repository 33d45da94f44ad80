import type { INestApplicationContext, Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { VerificationModuleOptions } from '../options/verification.options.js';
import { allMethods, demandsNamed } from '../route/demand-metadata.js';
import { isHttpRoute } from '../route/handler-kind.js';
import { Plans } from '../route/plans.js';
import type { PlannedCheck } from '../verification/planned-check.js';

type Name = string | symbol;

/** All that a route demands; each demand is met by one of its checks. One that is optional may not hold. */
export type VerifiedRoute = readonly (readonly (PlannedCheck & { readonly isOptional: boolean })[])[];

/** The extension that operations carry. */
export const MARK = 'x-verification';

/**
 * Finds the operations of decorated routes. Swagger copies a route's extensions into its operations, whatever prefix,
 * version and path those get; so routes carry their number as an extension while it makes the document.
 */
export class VerifiedRoutes {
  private readonly routes: VerifiedRoute[] = [];
  private readonly discovery: DiscoveryService;
  private readonly plans: Plans;
  /** Whether the application refuses nobody. */
  readonly areObserved: boolean;

  constructor(app: INestApplicationContext) {
    const options = app.get(VerificationModuleOptions, { strict: false });
    this.areObserved = options.enforcement === 'observe';
    this.discovery = app.get(DiscoveryService, { strict: false });
    this.plans = app.get(Plans, { strict: false });
  }

  /** @throws ConfigurationError for a demand that can never be met as it is written. */
  whileMarked<T>(createDocument: () => T): T {
    // All before any is replaced: a controller may extend another one.
    const methods = [...this.controllers()].flatMap(target =>
      allMethods(target).flatMap(name => this.verifiedMethod(target, name)),
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

  private controllers(): ReadonlySet<Type> {
    const classes = this.discovery.getControllers().map(({ metatype }) => metatype as unknown);
    return new Set(classes.filter((each): each is Type => typeof each === 'function'));
  }

  private verifiedMethod(target: Type, name: Name): VerifiedMethod[] {
    const method = (target.prototype as Record<Name, unknown>)[name];
    const demands = demandsNamed(target, name);
    if (typeof method !== 'function' || !isHttpRoute(method) || demands.length === 0) return [];
    const route = this.plans.checksOf(demands).map((checks, demand) =>
      checks.map((check, index) => {
        const { when } = demands[demand]?.anyOf[index] ?? {};
        return { ...check, isOptional: this.areObserved || when !== undefined };
      }),
    );
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
