import type { Plans } from '../route/plans.js';
import { handlerOf, handlersOf, placeOf, type Host } from './hosts.js';

/** What providers say of the demands on a class's routes, where the evidence is not the application's own affair. */
export function weakProofs(host: Host, plans: Plans): string[] {
  const { target } = host;
  return handlersOf(host).flatMap(name =>
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
