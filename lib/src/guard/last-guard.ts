import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import { methodsBehind } from '../route/demand-metadata.js';
import { NEST, nestList } from '../route/nest-keys.js';
import { attachment } from '../contract/attachment.js';

const waiting = attachment<CanActivate>();
const leaving = new WeakSet();

/** Does the work that the application's global guard left to it. Nest runs it as the last guard of the method. */
const LAST: CanActivate = {
  canActivate: (context: ExecutionContext) => {
    const guard = waiting.of(context);
    return guard === undefined || guard.canActivate(context);
  },
};

/**
 * A global guard that does its work after all other guards of these handlers, so that nothing is spent on whom they
 * refuse; to be called before Nest makes the routes. It does its work at once for what is no such handler.
 */
export function runningLast(guard: CanActivate, handlers: readonly object[]): CanActivate {
  for (const handler of handlers) {
    const others = nestList(NEST.guards, handler).filter(each => each !== LAST);
    Reflect.defineMetadata(NEST.guards, [...others, LAST], handler);
  }
  // Only this application counts: another in the process may have made its routes before a handler was marked.
  const marked = new WeakSet(handlers);
  const isMarked = (target: Type, handler: object): boolean => {
    if (marked.has(handler)) return true;
    // A tracing tool's function in a handler's place takes its guards and its name along.
    const { prototype } = target as { readonly prototype: Record<string | symbol, object> };
    const isTraced = methodsBehind(target, handler).some(name => marked.has(prototype[name] ?? {}));
    if (isTraced) marked.add(handler);
    return isTraced;
  };
  const canActivate: CanActivate['canActivate'] = context => {
    const handler = context.getHandler();
    if (!nestList(NEST.guards, handler).includes(LAST) || !isMarked(context.getClass(), handler))
      return guard.canActivate(context);
    const earlier = waiting.of(context);
    waiting.attach(context, earlier === undefined ? guard : inTurn(earlier, guard));
    return true;
  };
  const global = Object.create(guard, { canActivate: { value: canActivate } }) as CanActivate;
  leaving.add(global);
  return global;
}

/** The work of two VerificationModules of one application; a handler is served by one of them. */
function inTurn(first: CanActivate, second: CanActivate): CanActivate {
  return {
    canActivate: async context =>
      (await first.canActivate(context)) === true && (await second.canActivate(context)) === true,
  };
}

/** The guards of a handler in the order in which they do their work. */
export function inOrder(guards: readonly unknown[]): readonly unknown[] {
  const others = guards.filter(each => each !== LAST);
  if (others.length === guards.length) return others;
  const isLeaving = (each: unknown): boolean => leaving.has(each as object);
  return [...others.filter(each => !isLeaving(each)), ...others.filter(isLeaving)];
}
