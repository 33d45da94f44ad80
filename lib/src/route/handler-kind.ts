import type { Type } from '@nestjs/common';
import { NEST } from './nest-keys.js';

const FIELD_KEYS = [NEST.resolveProperty, NEST.resolveReference];
const ROOT_TYPES = new Set<unknown>(['Query', 'Mutation', 'Subscription']);
const GATEWAY_HOOKS = new Set<string | symbol>(['afterInit', 'handleConnection', 'handleDisconnect']);

/** Tells whether Nest calls a function for requests, messages or fields of a query. */
export function isHandler(handler: object): boolean {
  return isHttpRoute(handler) || isResolver(handler) || isMessageHandler(handler);
}

/** Tells whether a class is a controller. One without routes takes no requests. */
export function isController(target: Type): boolean {
  return Reflect.hasMetadata(NEST.controller, target);
}

export function isHttpRoute(handler: object): boolean {
  return Reflect.hasMetadata(NEST.route, handler);
}

/** Tells whether it takes messages of a WebSocket or of a microservice's transport. */
export function isMessageHandler(handler: object): boolean {
  return isGatewayMessage(handler) || Reflect.hasMetadata(NEST.messagePattern, handler);
}

export function isGatewayMessage(handler: object): boolean {
  return Reflect.hasMetadata(NEST.gatewayMessage, handler);
}

function isResolver(handler: object): boolean {
  return [NEST.resolverType, ...FIELD_KEYS].some(key => Reflect.hasMetadata(key, handler));
}

/** Tells whether global guards come before it: never in gateways, and not in all message handlers of a hybrid application. */
export function isReachedGlobally(handler: object): boolean {
  return (isHttpRoute(handler) || isResolver(handler)) && !isMessageHandler(handler);
}

/** Tells whether it resolves a field of a type, which Nest does without guards unless it is told otherwise. */
export function isFieldResolver(target: Type, handler: object): boolean {
  if (!FIELD_KEYS.some(key => Reflect.hasMetadata(key, handler))) return false;
  const type: unknown =
    Reflect.getMetadata(NEST.resolverType, handler) ?? Reflect.getMetadata(NEST.resolverType, target);
  return !ROOT_TYPES.has(type);
}

/** Tells whether a gateway calls it as clients come and go, which Nest does without guards. */
export function isGatewayHook(target: Type, name: string | symbol): boolean {
  return Reflect.hasMetadata(NEST.gateway, target) && GATEWAY_HOOKS.has(name);
}
