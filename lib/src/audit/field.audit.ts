import type { PlannedCheck } from '../verification/planned-check.js';
import type { Plans } from '../route/plans.js';
import type { AuditedMethod } from './hosts.js';

/** Advice about fields that two providers read, where a request has to bring the evidence of both. */
export function sharedFields({ target, handler, place }: AuditedMethod, plans: Plans): string[] {
  const { demands } = plans.of(target, handler);
  return demands
    .flatMap((each, index) => pairsOf(each, demands.slice(index + 1).flat()))
    .flatMap(([one, other]) => {
      const [field] = fieldsOf(one).filter(each => fieldsOf(other).includes(each));
      if (field === undefined || one.provider === other.provider) return [];
      return `${place} demands "${one.provider.name}" and "${other.provider.name}", and both read "${field}". Rename the field of one of them with "field".`;
    });
}

function pairsOf<T>(ones: readonly T[], others: readonly T[]): readonly (readonly [T, T])[] {
  return ones.flatMap(one => others.map(other => [one, other] as const));
}

function fieldsOf({ evidence, ownEvidence }: PlannedCheck): readonly string[] {
  return ownEvidence === undefined ? evidence.fieldsIn('body') : [];
}
