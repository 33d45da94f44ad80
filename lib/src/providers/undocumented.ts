import { ProviderProtocolError } from '../errors/verification.error.js';

/** An answer that the documentation does not know; `what` is our own text, never the provider's. */
export function undocumented(
  provider: string,
  status: number,
  what = 'is not documented',
): ProviderProtocolError {
  return new ProviderProtocolError(provider, `"${provider}" answered ${status}, and the answer ${what}`);
}
