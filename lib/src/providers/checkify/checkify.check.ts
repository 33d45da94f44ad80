import { ConfigurationError } from '../../errors/verification.error.js';
import { bothSubjects } from '../../contract/subject.js';
import { demandedClaims } from '../claims.js';
import type { CheckifyCheck, CheckifyRequirement } from './checkify.types.js';
import { isCheckifyClaim, verifyBodyTail } from './checkify.wire.js';

const NAME = 'checkify';

/**
 * Checks a requirement and writes it in the words of the verify call.
 * @throws ConfigurationError for members that Checkify cannot meet.
 */
export function checkOf({
  claims,
  fields = [],
  consume = true,
  subject,
}: CheckifyRequirement): CheckifyCheck {
  const demanded = demandedClaims(claims, {
    provider: NAME,
    defaults: ['human_verified'],
    supports: isCheckifyClaim,
    hint: `Write claims: ['human_verified'], or ['age_over_N'] with N from 10 to 110.`,
  });
  if (!Array.isArray(fields) || !fields.every(field => typeof field === 'string' && field !== '')) {
    throw new ConfigurationError('"fields" of "checkify" must be an array of field names.', NAME);
  }
  if (typeof consume !== 'boolean') {
    throw new ConfigurationError('"consume" of "checkify" must be true or false.', NAME);
  }
  if (subject !== undefined && typeof subject !== 'string')
    throw new ConfigurationError('"subject" of "checkify" must be text.', NAME);
  return {
    claims: demanded,
    fields,
    consume,
    subject,
    bodyTail: verifyBodyTail(demanded, fields, consume),
  };
}

/** The requirement that meets both of two. */
export function bothOf(first: CheckifyRequirement, second: CheckifyRequirement): CheckifyRequirement {
  return {
    fields: [...new Set([...(first.fields ?? []), ...(second.fields ?? [])])],
    consume: (first.consume ?? true) || (second.consume ?? true),
    ...bothSubjects(first.subject, second.subject),
  };
}
