import { demandsNamed } from '../route/demand-metadata.js';
import { exemptionOf } from '../route/exemption.js';
import type { VerificationService } from '../verification/verification.service.js';
import type { AuditedMethod } from './hosts.js';
import { readsVerdict } from './verified.audit.js';

type Routes = ReturnType<VerificationService['routes']>;

/** Every handler that demands something or is exempt, once, by name. */
export function routesOf(methods: readonly AuditedMethod[]): Routes {
  const routes = methods.flatMap(({ target, name, place, isDemanding }, index) => {
    const reason = exemptionOf(target, name)?.reason;
    const isSame = (each: AuditedMethod): boolean => each.target === target && each.name === name;
    if ((!isDemanding && reason === undefined) || methods.findIndex(isSame) !== index) return [];
    return {
      handler: place,
      demands: demandsNamed(target, name).map(({ anyOf }) => anyOf.map(({ provider }) => provider)),
      ...(reason === undefined ? undefined : { exemption: reason }),
    };
  });
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
export function observing(demanding: readonly AuditedMethod[]): string {
  const readers = demanding
    .filter(({ target, name }) => readsVerdict(target, name))
    .map(({ place }) => place);
  const verdicts =
    readers.length === 0 ? '' : `, and @Verified() is undefined in ${[...new Set(readers)].join(', ')}`;
  return `enforcement is "observe": nobody is refused${verdicts}`;
}
