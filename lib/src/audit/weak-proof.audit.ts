import type { Plans } from '../route/plans.js';
import { handlerOf, placeOf, type AuditedHost } from './hosts.js';

/** What providers say of the demands on a class's routes, where the evidence is not the application's own affair. */
export function weakProofs(host: AuditedHost, plans: Plans): string[] {
  const { target } = host;
  return host.handlers.flatMap(name =>
    plans
      .of(target, handlerOf(target, name))
      .demands.flat()
      .filter(({ ownEvidence }) => ownEvidence === undefined)
      .flatMap(({ provider, requirement }) => {
        const warning = provider.warningOf?.(requirement);
        return warning === undefined
          ? []
          : `${placeOf(target, name)} demands "${provider.name}": ${warning}.`;
      }),
  );
}
