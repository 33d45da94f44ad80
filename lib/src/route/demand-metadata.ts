import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { Demand } from './demand.js';
import { EXEMPTION, exemptionOf, isMarkedExempt, lineage, markExempt } from './exemption.js';

// Cross-copy safe: the same key wherever the package is loaded from.
const KEY = Symbol.for('nestjs-verification:demands');

/**
 * Adds a demand to a class, or to one of its methods: by name, so that a decorator that wraps the method cannot lose
 * it, and on the function, so that a class that borrows the method cannot.
 */
export function addDemand(
  target: Type,
  method: string | symbol | undefined,
  demand: Demand,
  handler?: unknown,
): void {
  const demands = [demand, ...ownDemands(target, method)]; // decorators run bottom-up; this keeps the order as written
  if (method === undefined) Reflect.defineMetadata(KEY, demands, target);
  else Reflect.defineMetadata(KEY, demands, target, method);
  if (typeof handler === 'function') writeOn(handler, [demand, ...(demandsWrittenOn(handler) ?? [])]);
}

/** Every demand on a method: of its class, the classes above, and the methods it overrides. Nothing is replaced. */
export function demandsNamed(target: Type, method: string | symbol): readonly Demand[] {
  const classes = lineage(target);
  return distinct([
    ...standing(target, [method]),
    ...classes.flatMap(each => ownDemands(each, method)),
    ...(demandsWrittenOn(methodOf(target, method)) ?? []),
  ]);
}

/**
 * Every demand on what a guard is shown, which need not be the method itself: it may be bound, wrapped by a tracing
 * tool or borrowed. `undefined` when nothing tells which method it is and some method of the class has demands.
 */
export function demandsOn(target: Type, handler: unknown): readonly Demand[] | undefined {
  const written = demandsWrittenOn(handler);
  const names = written === undefined ? methodsBehind(target, handler) : namesOf(target, handler);
  if (written === undefined && !isTold(target, handler, names)) return undefined;
  return distinct([
    ...standing(target, exemptNamesOf(target, handler)),
    ...names.flatMap(name => demandsNamed(target, name)),
    ...(written ?? []),
  ]);
}

/** The demands of classes that an exemption lifts for a method, or for what a guard is shown. */
export function liftedOn(target: Type, method: unknown): readonly Demand[] {
  const names = typeof method === 'function' ? exemptNamesOf(target, method) : [method as string | symbol];
  const left = standing(target, names);
  return demandsOfClass(target).filter(each => !left.includes(each));
}

/** The demands of the classes that no exemption lifts. An exemption counts if every method with the same function has it. */
function standing(target: Type, names: readonly (string | symbol)[]): readonly Demand[] {
  const exempt = names.map(name => exemptionOf(target, name)?.target);
  return lineage(target)
    .filter(
      each => exempt.length === 0 || !exempt.every(by => by !== undefined && lineage(by).includes(each)),
    )
    .flatMap(each => ownDemands(each, undefined));
}

/**
 * Tells whether names tell which demands are meant. A name may find demands, but never their absence: a wrapper may be called
 * as a sibling of the method that it wraps.
 */
function isTold(target: Type, handler: unknown, names: readonly (string | symbol)[]): boolean {
  const demanding = demandingMethods(target);
  if (demanding.length === 0 || namesOf(target, handler).length > 0) return true;
  return names.some(name => isBound(handler) || demanding.includes(name));
}

/** Tells whether a function is a bound method, which has no metadata of its own. */
export function isBound(handler: unknown): boolean {
  return typeof handler === 'function' && handler.name.startsWith('bound ');
}

/** The names of the method that a guard is shown, by the function itself or by what it calls itself. */
export function methodsBehind(target: Type, handler: unknown): readonly (string | symbol)[] {
  const names = namesOf(target, handler);
  if (names.length > 0) return names;
  const name = nameOf(handler);
  return allMethods(target).includes(name) ? [name] : [];
}

/** Writes demands and exemptions on functions. A tool that replaces a function copies its metadata, and so keeps them. */
export function markMethods(target: Type): void {
  const isDemanding = demandingMethods(target).length > 0;
  for (const name of allMethods(target)) {
    const method = methodOf(target, name);
    markExempt(target, name, method);
    if (!isDemanding) continue;
    const demands = lineage(target).flatMap(each => ownDemands(each, name));
    if (typeof method === 'function')
      writeOn(method, distinct([...demands, ...(demandsWrittenOn(method) ?? [])]));
  }
}

/** The names of all methods with demands of their own, inherited ones included. */
export function demandingMethods(target: Type): readonly (string | symbol)[] {
  const classes = lineage(target);
  return allMethods(target).filter(
    name =>
      classes.some(each => ownDemands(each, name).length > 0) ||
      (demandsWrittenOn(methodOf(target, name)) ?? []).length > 0,
  );
}

/** Tells whether no decorator but ours wrote anything on a function. */
export function isBare(handler: object): boolean {
  return Reflect.getMetadataKeys(handler).every(key => key === KEY || key === EXEMPTION);
}

/** Tells whether this very class writes a demand on a method. */
export function isDemandedOn(target: Type, method: string | symbol): boolean {
  return ownDemands(target, method).length > 0;
}

/** The demands of the class itself and of those above it. */
export function demandsOfClass(target: Type): readonly Demand[] {
  return distinct(lineage(target).flatMap(each => ownDemands(each, undefined)));
}

/** Every method of a class, inherited ones included. */
export function allMethods(target: Type): readonly (string | symbol)[] {
  return distinct(lineage(target).flatMap(methodNames));
}

/** The names under which a class, or one above it, has this very function. */
function namesOf(target: Type, handler: unknown): (string | symbol)[] {
  const names = lineage(target).flatMap(each =>
    methodNames(each).filter(
      name => Object.getOwnPropertyDescriptor(each.prototype, name)?.value === handler,
    ),
  );
  return [...distinct(names)];
}

/** The names that may lift a demand: those of the function itself, of a bound method, or of a replacement that carries the mark. */
function exemptNamesOf(target: Type, handler: unknown): readonly (string | symbol)[] {
  const names = namesOf(target, handler);
  if (names.length > 0) return names;
  return methodsBehind(target, handler).filter(
    name => isBound(handler) || isMarkedExempt(target, name, handler),
  );
}

/** The name of a function; `bind` puts a word before the method's name. */
function nameOf(handler: unknown): string {
  return typeof handler === 'function' ? handler.name.replace(/^(bound )+/, '') : '';
}

function methodOf(target: Type, name: string | symbol): unknown {
  return (target.prototype as Record<string | symbol, unknown>)[name];
}

function ownDemands(target: Type, method: string | symbol | undefined): readonly Demand[] {
  const demands: unknown =
    method === undefined ? Reflect.getOwnMetadata(KEY, target) : Reflect.getOwnMetadata(KEY, target, method);
  return (demands as readonly Demand[] | undefined) ?? [];
}

function demandsWrittenOn(handler: unknown): readonly Demand[] | undefined {
  if (typeof handler !== 'function') return undefined;
  return Reflect.getOwnMetadata(KEY, handler) as readonly Demand[] | undefined;
}

function writeOn(handler: object, demands: readonly Demand[]): void {
  Reflect.defineMetadata(KEY, demands, handler);
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function methodNames(target: Type): readonly (string | symbol)[] {
  const prototype: unknown = target.prototype;
  if (typeof prototype !== 'object' || prototype === null) return [];
  return Reflect.ownKeys(prototype).filter(
    name =>
      name !== 'constructor' && typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function',
  );
}
