import { types } from 'node:util';
import type { Answer } from '../contract/answer.js';
import { CODE_OF_REASON } from '../errors/responses.js';
import { member, asObject } from '../wire/json.js';

/** Members that the library writes into a verdict; an answer's extras must not. */
const RESERVED = ['__proto__', 'outcome', 'provider', 'claims', 'reference', 'remembered', 'validUntil'];

/** Tells whether a provider's code returned an answer, whatever its types promise: anything else must never pass. */
export function isAnswer(value: unknown): value is Answer {
  const answer = asObject(value);
  if (answer === undefined) return false;
  const outcome = member(answer, 'outcome');
  if (outcome === 'rejected') {
    const reason = member(answer, 'reason');
    const isKnown = typeof reason === 'string' && Object.hasOwn(CODE_OF_REASON, reason);
    return isKnown && asObject(member(answer, 'details')) !== undefined;
  }
  const [claims, validUntil] = [member(answer, 'claims'), member(answer, 'validUntil')];
  const extras = asObject(member(answer, 'extras'));
  return (
    outcome === 'attested' &&
    Array.isArray(claims) &&
    claims.every(claim => typeof claim === 'string') &&
    (validUntil === undefined || types.isDate(validUntil)) &&
    extras !== undefined &&
    !RESERVED.some(name => Object.hasOwn(extras, name))
  );
}
