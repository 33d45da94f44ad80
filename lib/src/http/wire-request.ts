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
}
