import 'reflect-metadata';
import type { Demand } from './demand.js';

// Cross-copy safe: the same key wherever the package is loaded from.
const KEY = Symbol.for('nestjs-verification:demands');

type Class = abstract new (...args: never[]) => unknown;

/** Adds a demand to a class, or to one of its methods by name: a decorator that wraps the method cannot lose it. */
export function addDemand(target: Class, method: string | symbol | undefined, demand: Demand): void {
  const demands = [demand, ...ownDemands(target, method)]; // decorators run bottom-up; this keeps the order as written
  if (method === undefined) Reflect.defineMetadata(KEY, demands, target);
  else Reflect.defineMetadata(KEY, demands, target, method);
}

/** Every demand on a handler: of its class, the classes above, and the methods it overrides. Nothing is replaced. */
export function demandsOn(target: Class, method: string | symbol): readonly Demand[] {
  const classes = lineage(target);
  return [
    ...classes.flatMap(each => ownDemands(each, undefined)),
    ...classes.flatMap(each => ownDemands(each, method)),
  ];
}

/** The names of all methods with demands of their own, inherited ones included. */
export function demandingMethods(target: Class): readonly (string | symbol)[] {
  const names = lineage(target).flatMap(each =>
    methodNames(each).filter(name => ownDemands(each, name).length > 0),
  );
  return [...new Set(names)];
}

/** Whether the class itself, or one above it, has a demand. */
export function hasClassDemand(target: Class): boolean {
  return lineage(target).some(each => ownDemands(each, undefined).length > 0);
}

/** Every method of a class, inherited ones included. */
export function allMethods(target: Class): readonly (string | symbol)[] {
  return [...new Set(lineage(target).flatMap(methodNames))];
}

/** The name under which a class has a handler. */
export function methodName(target: Class, handler: unknown): string | symbol | undefined {
  return lineage(target)
    .flatMap(each => methodNames(each).map(name => ({ each, name })))
    .find(({ each, name }) => Object.getOwnPropertyDescriptor(each.prototype, name)?.value === handler)?.name;
}

function ownDemands(target: Class, method: string | symbol | undefined): readonly Demand[] {
  const demands: unknown =
    method === undefined ? Reflect.getOwnMetadata(KEY, target) : Reflect.getOwnMetadata(KEY, target, method);
  return (demands as readonly Demand[] | undefined) ?? [];
}

/** The class and those above it, topmost first. */
function lineage(target: Class): readonly Class[] {
  const classes: Class[] = [];
  for (
    let each: unknown = target;
    typeof each === 'function' && each !== Function.prototype;
    each = Object.getPrototypeOf(each)
  ) {
    classes.unshift(each as Class);
  }
  return classes;
}

function methodNames(target: Class): readonly (string | symbol)[] {
  const prototype: unknown = target.prototype;
  if (typeof prototype !== 'object' || prototype === null) return [];
  return Reflect.ownKeys(prototype).filter(
    name =>
      name !== 'constructor' && typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function',
  );
}
