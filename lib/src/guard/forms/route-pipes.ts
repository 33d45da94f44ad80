import type { PipeTransform, Type } from '@nestjs/common';
import type { ApplicationConfig, ModuleRef } from '@nestjs/core';
import type { PipedParameter } from '../../route/handler-parameters.js';
import { NEST, nestList } from '../../route/nest-keys.js';

/** A pipe that Nest makes for each request, so that none can be run before. */
export class PipePerRequest {
  constructor(readonly name: string) {}
}

/** A parameter of a handler, and the pipes that Nest runs for it. */
export interface Step {
  readonly parameter: PipedParameter;
  readonly pipes: readonly (PipeTransform | PipePerRequest)[];
}

/** The pipes of a handler for all of its parameters, in the order in which Nest runs them. */
export function pipesOf(
  target: Type,
  method: string | symbol,
  application: ApplicationConfig,
  moduleRef: ModuleRef,
): Step['pipes'] {
  const handler = (target.prototype as Record<string | symbol, object>)[method] ?? {};
  return [
    ...globalPipesOf(application),
    ...madePipes([...nestList(NEST.pipes, target), ...nestList(NEST.pipes, handler)], moduleRef),
  ];
}

/** The pipes of all handlers. */
export function globalPipesOf(application: ApplicationConfig): Step['pipes'] {
  const perRequest = application.getGlobalRequestPipes().map(() => new PipePerRequest('a global pipe'));
  return [...application.getGlobalPipes(), ...perRequest];
}

/** The instances that Nest made of the pipes of a decorator. */
export function madePipes(pipes: readonly unknown[], moduleRef: ModuleRef): Step['pipes'] {
  return pipes.map(pipe => {
    if (typeof pipe !== 'function') return pipe as PipeTransform;
    try {
      return moduleRef.get<PipeTransform>(pipe as Type<PipeTransform>, { strict: false });
    } catch {
      return new PipePerRequest(pipe.name);
    }
  });
}
