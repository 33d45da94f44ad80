import type { Plans } from '../route/plans.js';
import type { AuditedMethod } from './hosts.js';

/** The warnings of providers about demands, except where the application reads the evidence itself. */
export function weakProofs({ target, handler, place }: AuditedMethod, plans: Plans): string[] {
  return plans
    .of(target, handler)
    .demands.flat()
    .filter(({ ownEvidence }) => ownEvidence === undefined)
    .flatMap(({ provider, requirement }) => {
      const warning = provider.warningOf?.(requirement);
      return warning === undefined ? [] : `${place} demands "${provider.name}": ${warning}.`;
    });
}
