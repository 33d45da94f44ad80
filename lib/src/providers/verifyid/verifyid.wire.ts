import { attest, refuse, type Answer } from '../../contract/answer.js';
import { ageOf, type AgeClaim } from '../../contract/claim.js';
import { ProviderProtocolError, ProviderRefusedError } from '../../errors/verification.error.js';
import type { ProviderReply } from '../../http/provider.reply.js';
import { member, stringMember } from '../../wire/json.js';

const NAME = 'verifyid';

/** Thresholds that VerifyID documents; a login states the higher or the lower of them, never the person's age. */
export type VerifyIdAge = 16 | 18;

/** Whether a login can ever show a claim: 16 and 18, and every lower threshold with them. */
export function isVerifyIdClaim(claim: string): claim is AgeClaim<1, 18> {
  const age = ageOf(claim);
  return age !== undefined && age <= 18;
}

/** Reads a reply of `GET /api/auth_check/{web_user_id}/{device_id}`. */
export function readAuthCheck(
  { status, body }: ProviderReply,
  demanded: readonly string[],
): Answer<{ age: VerifyIdAge }> {
  const age = body && member(body, 'age');
  if (status === 404 && age === null) return refuse('not_verified', { code: 404 });
  if (status === 200 && (age === 16 || age === 18)) {
    const documented = age === 18 ? ['age_over_16', 'age_over_18'] : ['age_over_16'];
    const lower = demanded.filter(claim => (ageOf(claim) ?? Infinity) <= age);
    return attest([...new Set([...documented, ...lower])], { age });
  }
  throw new ProviderProtocolError(
    NAME,
    `"verifyid" answered ${String(status)}, and the answer is not documented`,
  );
}

/** Reads a reply of the url generators; the address is only believed when it is `https`, or lives with the API. */
export function readGeneratedUrl({ status, body }: ProviderReply, baseUrl: string): string {
  if (status === 403 || (status === 404 && body && member(body, 'url') === null)) {
    throw new ProviderRefusedError(
      NAME,
      `"verifyid" answered ${String(status)} to a login start: check the plugin key, the subscription and that the domain of returnUrl is verified`,
    );
  }
  const url = status === 200 && body ? stringMember(body, 'url') : undefined;
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && (parsed.protocol === 'https:' || parsed.origin === new URL(baseUrl).origin))
    return parsed.href;
  throw new ProviderProtocolError(
    NAME,
    `"verifyid" answered ${String(status)} to a login start, without a usable address`,
  );
}
