import 'reflect-metadata';
import type { Type } from '@nestjs/common';

/** The metadata key of exemptions; cross-copy safe: the same wherever the package is loaded from. */
export const EXEMPTION = Symbol.for('nestjs-verification:exemption');

export function addExemption(target: Type, method: string | symbol, reason: string): void {
  Reflect.defineMetadata(EXEMPTION, reason, target, method);
}

/** Why a method is exempt, and the class that says so. It is the class that defines the method: an override is not exempt. */
export function exemptionOf(
  target: Type,
  method: string | symbol,
): { readonly target: Type; readonly reason: string } | undefined {
  const owner = ownerOf(target, method);
  const reason: unknown = owner && Reflect.getOwnMetadata(EXEMPTION, owner, method);
  return owner !== undefined && typeof reason === 'string' ? { target: owner, reason } : undefined;
}

/** Marks the function of an exempt method. A tool that replaces the function copies its metadata, and so the mark. */
export function markExempt(target: Type, method: string | symbol, handler: unknown): void {
  const by = exemptionOf(target, method)?.target;
  if (typeof handler === 'function' && by !== undefined) Reflect.defineMetadata(EXEMPTION, by, handler);
}

/** Tells whether the function that a guard is shown carries the exemption of a method. A name alone proves nothing. */
export function isMarkedExempt(target: Type, method: string | symbol, handler: unknown): boolean {
  const by = exemptionOf(target, method)?.target;
  return (
    typeof handler === 'function' && by !== undefined && Reflect.getOwnMetadata(EXEMPTION, handler) === by
  );
}

/** The class that defines a method: the given one, or the nearest above it. */
export function ownerOf(target: Type, method: string | symbol): Type | undefined {
  let owner: unknown = target;
  while (typeof owner === 'function' && owner !== Function.prototype) {
    if (Object.hasOwn(owner.prototype as object, method)) return owner as Type;
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
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
