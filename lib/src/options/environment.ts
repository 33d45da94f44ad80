import type { ConfigService } from '@nestjs/config';
import { ConfigurationError } from '../errors/verification.error.js';
import type { ProviderOptions, ProviderOptionsClass } from '../providers/provider.options.js';

/**
 * The requests for which the environment names a proxy: https, or http only. undici reads its address, and `NO_PROXY`.
 * @throws ConfigurationError when one of the variables holds no URL, such as a host without `http://`.
 */
export function hasEnvironmentProxy(): 'http' | 'https' | false {
  const variables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].filter(
    name => process.env[name],
  );
  for (const name of variables) {
    const value = process.env[name] ?? '';
    if (URL.canParse(value) && /^(https?|socks5?):$/.test(new URL(value).protocol)) continue;
    throw new ConfigurationError(
      `${name} must be a URL such as http://proxy.example:3128. Mend it, or pass http.dispatcher.`,
    );
  }
  if (variables.length === 0) return false;
  return variables.some(name => /^https/i.test(name)) ? 'https' : 'http';
}

/**
 * Fills the options that code left open from the environment.
 * @throws ConfigurationError when two variables for one option are set and differ.
 */
export function withEnvironment<O extends ProviderOptions>(
  Options: ProviderOptionsClass<O>,
  given: Partial<O> | undefined,
  config: ConfigService,
): O {
  const options: Record<string, unknown> = Object.assign(new Options(), given);
  for (const [option, variables] of Object.entries(Options.environment)) {
    options[option] ??= fromEnvironment(variables, config);
  }
  return options as unknown as O; // an instance of Options, filled by its own names
}

function fromEnvironment(variables: readonly string[], config: ConfigService): unknown {
  const values = variables.map(variable => valueOf(config.get<unknown>(variable)));
  const found = values.filter(value => value !== undefined);
  if (new Set(found).size > 1) {
    throw new ConfigurationError(`${variables.join(' and ')} are both set and differ. Keep one of them.`);
  }
  return found[0];
}

/** A variable without the line break that files leave at its end, or the quotes that Docker leaves around it; empty is not set. */
function valueOf(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  const text = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  return text === '' ? undefined : text;
}
