import type { Type } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import { RUNS_GUARDS } from '../decorators/runs-guards.decorator.js';
import {
  allMethods,
  demandingMethods,
  demandsNamed,
  demandsOfClass,
  isBare,
  isDemandedOn,
} from '../route/demand-metadata.js';
import { exemptionOf, ownerOf } from '../route/exemption.js';
import { isHandler } from '../route/handler-kind.js';
import type { HostModule } from '../route/homes.js';
import { readsVerdict } from './verified.audit.js';

/** A class that may have handlers, and the instance that serves them where there is one for all requests. */
export interface Host {
  readonly target: Type;
  readonly instance: object | undefined;
  readonly isPerRequest: boolean;
  /** The module that lists the class; Nest keeps its guards there. */
  readonly module: HostModule;
}

/** A method that demands something, is exempt or reads a verdict. */
export interface AuditedMethod {
  readonly host: Host;
  readonly target: Type;
  readonly name: string | symbol;
  readonly handler: object;
  /** Class and method, for messages. */
  readonly place: string;
  readonly isDemanding: boolean;
}

/** Every class of the application that may have handlers. */
export function allHosts(discovery: DiscoveryService): readonly Host[] {
  return [...discovery.getControllers(), ...discovery.getProviders()].flatMap(wrapper => {
    const { metatype, host } = wrapper;
    if (host === undefined) return [];
    return classesOf(metatype, wrapper.instance).map(each => ({
      ...each,
      isPerRequest: !wrapper.isDependencyTreeStatic(),
      module: host,
    }));
  });
}

/** The methods of a class that demand something, and what a demand of the class covers. */
export function handlersOf(target: Type): readonly (string | symbol)[] {
  const isCovered = (name: string | symbol): boolean =>
    isHandler(handlerOf(target, name)) || Reflect.hasMetadata(RUNS_GUARDS, target);
  const handlers = demandsOfClass(target).length > 0 ? allMethods(target).filter(isCovered) : [];
  const demanding = demandingMethods(target).filter(name => !isTurnedOff(target, name));
  return [...new Set([...demanding, ...handlers])].filter(name => demandsNamed(target, name).length > 0);
}

/** The methods of a class that the audit looks at. */
export function auditedMethods(host: Host): readonly AuditedMethod[] {
  const { target } = host;
  const demanding = handlersOf(target);
  return allMethods(target).flatMap(name => {
    const isDemanding = demanding.includes(name);
    if (!isDemanding && exemptionOf(target, name) === undefined && !readsVerdict(target, name)) return [];
    const place = `${target.name}.${String(name)}()`;
    return { host, target, name, handler: handlerOf(target, name), place, isDemanding };
  });
}

function classesOf(metatype: unknown, instance: unknown): Pick<Host, 'target' | 'instance'>[] {
  const hosts: Pick<Host, 'target' | 'instance'>[] = [];
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

function isClass(metatype: unknown): metatype is Type {
  return typeof metatype === 'function' && typeof metatype.prototype === 'object';
}

export function handlerOf(target: Type, name: string | symbol): object {
  return (target.prototype as Record<string | symbol, object>)[name] ?? {};
}

/** Nest shows guards this class and function: constructors bind methods, and mixins change constructors. */
export function shownOf({ target, instance }: Host, name: string | symbol): [seenAs: Type, handler: object] {
  const given = instance && givenBy(instance, name);
  const seenAs = (instance ?? (target.prototype as object)).constructor as Type;
  return [seenAs, typeof given === 'function' ? given : handlerOf(target, name)];
}

/** Reads a method as Nest does: an accessor or a proxy may give another function than the class has. */
function givenBy(instance: object, name: string | symbol): unknown {
  try {
    return Reflect.get(instance, name);
  } catch {
    return undefined;
  }
}

/** Tells whether a class overrides an inherited route with a bare method. Nobody calls one without any decorator. */
function isTurnedOff(target: Type, name: string | symbol): boolean {
  const owner = ownerOf(target, name);
  if (owner === undefined) return false;
  const parent = Object.getPrototypeOf(owner) as Type;
  if (typeof parent.prototype !== 'object') return false;
  return isHandler(handlerOf(parent, name)) && isBare(handlerOf(target, name)) && !isDemandedOn(owner, name);
}
