import 'reflect-metadata';
import type { Type } from '@nestjs/common';

// Cross-copy safe: the same key wherever the package is loaded from.
const KEY = Symbol.for('nestjs-verification:exemption');

/** Why a method is exempt from the demands of its class, and the class that says so. */
export interface Exemption {
  readonly target: Type;
  readonly reason: string;
}

export function addExemption(target: Type, method: string | symbol, reason: string): void {
  Reflect.defineMetadata(KEY, reason, target, method);
}

/** The exemption of a method, written where the method itself is: an override does not inherit it. */
export function exemptionOf(target: Type, method: string | symbol): Exemption | undefined {
  const owner = lineage(target).findLast(each => Object.hasOwn(each.prototype as object, method));
  const reason: unknown = owner && Reflect.getOwnMetadata(KEY, owner, method);
  return owner !== undefined && typeof reason === 'string' ? { target: owner, reason } : undefined;
}

/** The class and those above it, topmost first. */
export function lineage(target: Type): readonly Type[] {
  const classes: Type[] = [];
  for (
    let each: unknown = target;
    typeof each === 'function' && each !== Function.prototype;
    each = Object.getPrototypeOf(each)
  ) {
    classes.unshift(each as Type);
  }
  return classes;
}
