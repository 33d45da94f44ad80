import type { Type } from '@nestjs/common';
import { decoratedParametersOf } from '../route/handler-parameters.js';
import { isNamedByAll } from '../route/demand.js';
import { demandsNamed, liftedOn } from '../route/demand-metadata.js';
import { readVerdict } from '../decorators/verified.decorator.js';

/** Tells whether a method has a `@Verified()` parameter. */
export function readsVerdict(target: Type, method: string | symbol): boolean {
  return decoratedParametersOf(target, method, readVerdict).length > 0;
}

/** Finds `@Verified()` parameters whose provider no request can bring, or that several providers could fill. */
export function verifiedMistakes(place: string, target: Type, method: string | symbol): string[] {
  const asked = decoratedParametersOf(target, method, readVerdict) as (string | undefined)[];
  if (asked.length === 0) return [];
  const demands = [...demandsNamed(target, method), ...liftedOn(target, method)];
  const names = [...new Set(demands.flatMap(({ anyOf }) => anyOf.map(({ provider }) => provider)))];
  return asked.flatMap(provider => {
    const written = provider === undefined ? '@Verified()' : `@Verified('${provider}')`;
    if (names.length === 0) {
      return `${place} has ${written}, but demands nothing. Write @RequireVerification('${provider ?? '…'}') on the method or its class.`;
    }
    if (provider !== undefined && !names.includes(provider)) {
      return `${place} has ${written}, but demands ${listOf(names)}. Name one of those, or demand it.`;
    }
    return provider === undefined && !names.some(name => isNamedByAll(demands, name))
      ? `${place} has ${written}, but demands ${listOf(names)}. Say whose verdict: @Verified('${names[0] ?? ''}').`
      : [];
  });
}

function listOf(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ');
}
