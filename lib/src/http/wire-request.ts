import { ConfigurationError } from '../errors/verification.error.js';

/** One request to a provider, ready to be written. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** The path below the provider's base URL, query included; starts with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * `true` if it may be sent again after an attempt that may have reached the provider. `false` where that could
   * spend evidence or a message twice; it is then repeated only when nothing was sent.
   */
  readonly repeatable: boolean;
  /**
   * `true` if a *yes* names what was asked about, so that the answer to another request cannot be taken for it. Other
   * requests wait for a connection on which nothing more can come.
   * @default false
   */
  readonly echoed?: boolean;
}

/** The path is joined to the base URL: one that is no path could lead to another host or another part of the API. */
export function expectPath(provider: string, path: string): void {
  if (path.startsWith('/') && !/^[^?#]*\/(\.|%2e){1,2}(?=[/?#]|$)/i.test(path)) return;
  throw new ConfigurationError(
    `The path of a request to "${provider}" must start with "/" and climb nowhere.`,
    provider,
  );
}
