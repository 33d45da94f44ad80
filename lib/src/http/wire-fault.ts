/** A request that brought no complete reply; never carries anything of the request or the reply. */
export class WireFault extends Error {
  override readonly name = 'WireFault';

  constructor(
    readonly kind: 'unreachable' | 'timeout' | 'broken' | 'oversize' | 'queue_full',
    /** `true` if the provider may have seen the request. */
    readonly sent: boolean,
    /** The runtime's error code, such as `ECONNREFUSED`, where there is one. */
    readonly errorCode?: string,
    /** The reply's status, where it had come that far. */
    readonly status?: number,
  ) {
    super(errorCode === undefined ? kind : `${kind} (${errorCode})`);
  }
}

/** The machine-readable code of a runtime error; anything that is not plainly a code is dropped. */
export function errorCodeOf(error: unknown): string | undefined {
  const code: unknown =
    typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined;
}
