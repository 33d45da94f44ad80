import type { PipeTransform, Type } from '@nestjs/common';
import type { ApplicationConfig, ModuleRef } from '@nestjs/core';
import { NEST, nestList } from '../../route/nest-keys.js';

/** A pipe that Nest makes for each request, so that none can be run before. */
export class PipePerRequest {
  constructor(readonly name: string) {}
}

/** The pipes of a handler for all of its parameters, in the order in which Nest runs them. */
export function pipesOf(
  target: Type,
  method: string | symbol,
  application: ApplicationConfig,
  moduleRef: ModuleRef,
): readonly (PipeTransform | PipePerRequest)[] {
  const handler = (target.prototype as Record<string | symbol, object>)[method] ?? {};
  return [
    ...globalPipesOf(application),
    ...madePipes([...nestList(NEST.pipes, target), ...nestList(NEST.pipes, handler)], moduleRef),
  ];
}

/** The pipes of all handlers. */
export function globalPipesOf(application: ApplicationConfig): readonly (PipeTransform | PipePerRequest)[] {
  const perRequest = application.getGlobalRequestPipes().map(() => new PipePerRequest('a global pipe'));
  return [...application.getGlobalPipes(), ...perRequest];
}

/** The instances that Nest made of the pipes of a decorator. */
export function madePipes(
  pipes: readonly unknown[],
  moduleRef: ModuleRef,
): readonly (PipeTransform | PipePerRequest)[] {
  return pipes.map(pipe => {
    if (typeof pipe !== 'function') return pipe as PipeTransform;
    try {
      return moduleRef.get<PipeTransform>(pipe as Type<PipeTransform>, { strict: false });
    } catch {
      return new PipePerRequest(pipe.name);
    }
  });
}
