import { settingsOf } from '../http/http.options.js';
import type { VerificationModuleOptions } from './verification.options.js';

/** The deadline of all verifications of one invocation, in milliseconds: that of the most patient provider. */
export function deadlineMsOf({ http = {}, providers = {} }: VerificationModuleOptions): number {
  const own = Object.values(providers).map(options => options?.http);
  return Math.max(...[undefined, ...own].map(each => settingsOf(http, each).deadlineMs));
}
