import { allMethods, demandsOfClass } from '../route/demand-metadata.js';
import { written } from '../route/demand.js';
import { exemptionOf } from '../route/exemption.js';
import { isController } from '../route/handler-kind.js';
import { handlersOf, type Host } from './hosts.js';

/** A demand of a class that has nothing it could be about. */
export function classMistakes(host: Host): string[] {
  const { target } = host;
  const demands = demandsOfClass(target);
  if (demands.length === 0 || isController(target)) return [];
  const methods = allMethods(target);
  if (methods.some(name => exemptionOf(target, name)) || handlersOf({ ...host, methods }).length > 0)
    return [];
  const decorators = [...new Set(demands.map(written))].join(' and ');
  return [
    `${target.name} has ${decorators}, but no route, message or resolver, and Nest runs no guard before its methods. Demand it of the route that the request comes in by, or ask a service in the methods.`,
  ];
}
