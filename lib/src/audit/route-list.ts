import { demandsNamed } from '../route/demand-metadata.js';
import { exemptionOf } from '../route/exemption.js';
import type { VerificationService } from '../verification/verification.service.js';
import { placeOf, type AuditedHost } from './hosts.js';
import { readsVerdict } from './verified.audit.js';

type Routes = ReturnType<VerificationService['routes']>;

/** Every handler that demands something or is exempt, once, by name. */
export function routesOf(hosts: readonly AuditedHost[]): Routes {
  const listed = new Map(hosts.map(({ target }) => [target, new Set<string | symbol>()]));
  for (const { target, methods, handlers } of hosts) {
    for (const name of methods)
      if (handlers.includes(name) || exemptionOf(target, name) !== undefined) listed.get(target)?.add(name);
  }
  const routes = [...listed].flatMap(([target, names]) =>
    [...names].map(name => {
      const reason = exemptionOf(target, name)?.reason;
      return {
        handler: placeOf(target, name),
        demands: demandsNamed(target, name).map(({ anyOf }) => anyOf.map(({ provider }) => provider)),
        ...(reason === undefined ? undefined : { exemption: reason }),
      };
    }),
  );
  return routes.sort((first, second) => first.handler.localeCompare(second.handler));
}

/** One line for the operator. */
export function routesLine(routes: Routes): string {
  return routes
    .map(({ handler, demands, exemption }) => {
      const names = demands.map(each => each.join(' or ')).join(' and ');
      const exempt = exemption === undefined ? [] : [`exempt: ${JSON.stringify(exemption)}`];
      return `${handler} ${[...(names === '' ? [] : [names]), ...exempt].join(', ')}`;
    })
    .join('; ');
}

/** The warning about an application that only observes. It lists the handlers that read a verdict, because types cannot. */
export function observing(hosts: readonly AuditedHost[]): string {
  const readers = hosts.flatMap(host =>
    host.handlers.filter(name => readsVerdict(host.target, name)).map(name => placeOf(host.target, name)),
  );
  const verdicts =
    readers.length === 0 ? '' : `, and @Verified() is undefined in ${[...new Set(readers)].join(', ')}`;
  return `enforcement is "observe": nobody is refused${verdicts}`;
}
