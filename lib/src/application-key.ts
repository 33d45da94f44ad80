import { Outcomes } from './events/outcomes.js';
import type { ResolvedOptions } from './options/resolved.options.js';
import { ApplicationKey } from './providers/application-key.js';
import { credentialsOf } from './providers/provider.options.js';

/** The key of the application. It comes from what every instance has, so that all instances make the same digests. */
export function applicationKey(
  { given, providers: known }: ResolvedOptions,
  outcomes: Outcomes,
): ApplicationKey {
  const credentials = [...known].sort().flatMap(([name, options]) => {
    const texts = Object.values(credentialsOf(options)).filter(value => typeof value === 'string');
    return texts.length > 0 ? [[name, ...texts]] : [];
  });
  if (given.referenceKey !== undefined) return new ApplicationKey(given.referenceKey);
  if (credentials.length > 0) return new ApplicationKey(JSON.stringify(credentials));
  outcomes.warn(
    'verification.misconfigured',
    'there is neither a "referenceKey" nor a credential that is a text: references are new with every start, and differ between instances',
  );
  return new ApplicationKey();
}
