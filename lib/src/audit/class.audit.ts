import type { Type } from '@nestjs/common';
import { allMethods, demandsOfClass } from '../route/demand-metadata.js';
import { written } from '../route/demand.js';
import { exemptionOf } from '../route/exemption.js';
import { isController } from '../route/handler-kind.js';
import { handlersOf } from './hosts.js';

/** Finds demands on a class that has no handler. */
export function classMistakes(target: Type): string[] {
  const demands = demandsOfClass(target);
  if (demands.length === 0 || isController(target)) return [];
  if (allMethods(target).some(name => exemptionOf(target, name)) || handlersOf(target).length > 0) return [];
  const decorators = [...new Set(demands.map(written))].join(' and ');
  return [
    `${target.name} has ${decorators}, but no route, message or resolver, and Nest runs no guard before its methods. Demand it of the route that the request comes in by, or ask a service in the methods.`,
  ];
}
