import type { Type } from '@nestjs/common';
import { inOrder } from '../guard/last-guard.js';
import { isMessageHandler, isReachedGlobally } from '../route/handler-kind.js';
import { NEST, nestList } from '../route/nest-keys.js';
import type { AuditedMethod } from './hosts.js';

/** One line about all routes with pipes of the application's own that Nest runs after the proof is spent. */
export function latePipes(
  methods: readonly AuditedMethod[],
  lateOf: (target: Type, handler: object) => readonly string[],
): string[] {
  const places = methods.flatMap(({ target, handler, place }) => {
    const late = isMessageHandler(handler) ? [] : lateOf(target, handler);
    return late.length === 0 ? [] : `${place} (${late.join(', ')})`;
  });
  if (places.length === 0) return [];
  return [
    `Pipes of your own run only after the proof is spent: ${[...new Set(places)].join(', ')}. Write validateFirst: 'all' in forRoot() or in the demand to run them before, and once more for the handler, or false to run no pipe before.`,
  ];
}

/** Advice about guards that refuse requests after their proof is spent. */
export function lateGuards(
  { target, handler, place }: AuditedMethod,
  globals: readonly unknown[],
  isOurs: (guard: unknown) => boolean,
): string[] {
  const guards = inOrder([
    ...(isReachedGlobally(handler) ? globals : []),
    ...nestList(NEST.guards, target),
    ...nestList(NEST.guards, handler),
  ]);
  const first = guards.findIndex(isOurs);
  const late = first === -1 ? [] : guards.slice(first).filter(guard => !isOurs(guard));
  if (late.length === 0) return [];
  const ours = nameOf(guards[first]);
  const names = late.map(nameOf);
  return [
    `${place} runs ${names.join(' and ')} after ${ours}, so that a request which the later guard refuses has spent its proof. Write @UseGuards(${[...names, ours].join(', ')}), or leave it to forRoot({ globalGuard: true }), which runs last.`,
  ];
}

export function nameOf(guard: unknown): string {
  return (typeof guard === 'function' ? guard : (guard as object).constructor).name;
}
