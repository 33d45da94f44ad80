import { settingsOf } from '../http/http.options.js';
import type { VerificationModuleOptions } from './verification.options.js';

/** How long the verifications of one invocation may take, in milliseconds: as long as the most patient provider's. */
export function deadlineMsOf({ http = {}, providers = {} }: VerificationModuleOptions): number {
  const own = Object.values(providers).map(options => options?.http);
  return Math.max(...[undefined, ...own].map(each => settingsOf(http, each).deadlineMs));
}
