import {
  ProviderProtocolError,
  ProviderRefusedError,
  ProviderUnavailableError,
  type RejectionReason,
} from '../index.js';
import { member, reject, type Rejection } from '../provider/index.js';

/**
 * The meaning of a documented error code: a *no*, an outage, or that an option of ours is wrong. A code that a visitor can
 * provoke is always a *no*.
 */
export type CodeMeaning = RejectionReason | 'unavailable' | { readonly option: string };

/**
 * The *no* that error codes make; the gravest of them counts.
 * @throws ProviderRefusedError where an option is wrong, ProviderUnavailableError for an outage, and
 * ProviderProtocolError where no code is documented.
 */
export function refusalOf(
  provider: string,
  stated: readonly string[],
  meanings: Readonly<Record<string, CodeMeaning>>,
): Rejection {
  const known = stated.flatMap(code => {
    const meaning = member(meanings, code) as CodeMeaning | undefined;
    return meaning === undefined ? [] : [{ code, meaning }];
  });
  for (const { code, meaning } of known) {
    if (typeof meaning === 'object') {
      throw new ProviderRefusedError(
        provider,
        `"${provider}" refuses our request (${code}): check providers.${provider}.${meaning.option}`,
      );
    }
  }
  const outage = known.find(({ meaning }) => meaning === 'unavailable');
  if (outage !== undefined)
    throw new ProviderUnavailableError(provider, `"${provider}" could not verify (${outage.code})`);
  const [first] = known;
  if (first !== undefined) return reject(first.meaning as RejectionReason, { code: first.code });
  throw new ProviderProtocolError(provider, `"${provider}" names an error that is not documented`);
}
