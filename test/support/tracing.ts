import { RouterExecutionContext } from '@nestjs/core/router/router-execution-context.js';

type Method = (...args: unknown[]) => unknown;
type Create = (this: unknown, instance: object, callback: Method, ...rest: unknown[]) => Method;

/**
 * Wraps handlers and routes as OpenTelemetry's instrumentation of Nest does, which refuses Nest 12 so far: a handler is
 * called through a function of the tool, which takes over its name and metadata, and a route through another one, which
 * awaits it. `told` is called as a span would end. Returns how to stop it.
 */
export function traceHandlers(told: (span: string, error?: unknown) => void = () => undefined): () => void {
  const prototype = RouterExecutionContext.prototype as unknown as { create: Create };
  const { create } = prototype;
  prototype.create = function (instance, callback, ...rest) {
    const traced = (span: string, method: Method): Method =>
      async function (this: unknown, ...args) {
        try {
          const result: unknown = await method.apply(this, args);
          told(span);
          return result;
        } catch (error) {
          told(span, error);
          throw error;
        }
      };
    const wrapper = traced(callback.name, callback);
    Object.defineProperty(wrapper, 'name', { value: callback.name });
    for (const key of Reflect.getMetadataKeys(callback)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, callback), wrapper);
    }
    return traced(
      `${instance.constructor.name}.${callback.name}`,
      create.call(this, instance, wrapper, ...rest),
    );
  };
  return () => {
    prototype.create = create;
  };
}

/**
 * Wraps methods of guards, pipes and filters as Sentry's SDK does: by a proxy on the prototype. `told` is called where a
 * span would start. Returns how to stop it.
 */
export function proxyMethods(
  told: (span: string) => void,
  ...classes: (new (...args: never[]) => object)[]
): () => void {
  const undo = classes.flatMap(({ name, prototype }) =>
    ['canActivate', 'transform', 'catch'].flatMap(method => {
      const members = prototype as Record<string, Method | undefined>;
      const original = members[method];
      if (original === undefined || !Object.hasOwn(members, method)) return [];
      members[method] = new Proxy(original, {
        apply: (target, self, args: unknown[]): unknown => {
          told(`${name}.${method}`);
          return target.apply(self, args);
        },
      });
      return () => {
        members[method] = original;
      };
    }),
  );
  return () => {
    for (const stop of undo) stop();
  };
}
