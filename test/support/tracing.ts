import { RouterExecutionContext } from '@nestjs/core/router/router-execution-context.js';

type Handler = (...args: unknown[]) => unknown;
type Create = (this: unknown, instance: object, callback: Handler, ...rest: unknown[]) => unknown;

/**
 * What OpenTelemetry's instrumentation of Nest does: every handler is called through a function of the tool, which
 * takes over the handler's name and metadata. Returns how to stop it.
 */
export function traceHandlers(): () => void {
  const prototype = RouterExecutionContext.prototype as unknown as { create: Create };
  const { create } = prototype;
  prototype.create = function (instance, callback, ...rest) {
    const wrapper: Handler = function (this: unknown, ...args) {
      return callback.apply(this, args);
    };
    Object.defineProperty(wrapper, 'name', { value: callback.name });
    for (const key of Reflect.getMetadataKeys(callback)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, callback), wrapper);
    }
    return create.call(this, instance, wrapper, ...rest);
  };
  return () => {
    prototype.create = create;
  };
}
