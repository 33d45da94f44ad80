// The export `nestjs-verification/browser`: runs in browsers, and loads nothing else of this package.
import type { DescribedDemand } from '../contract/described-demand.js';
import { withEvidence, type Evidence } from './evidence.js';
import { patiently, unlessAborted } from './patience.js';

export type { DescribedDemand, Evidence };

/** All of these must be met, each by any one of its own list. */
export type Demands = readonly (readonly DescribedDemand[])[];

/** The options of {@link verifiedFetch} that `fetch` does not have. */
export interface VerifiedFetchOptions {
  /**
   * Obtains evidence, such as by a widget or a form, and returns it by field name: `{ checkify_token: '…' }`. Return
   * `undefined` to give up; the refusal is then the result.
   */
  readonly prove: (
    demands: Demands,
    signal: AbortSignal,
  ) => Evidence | undefined | Promise<Evidence | undefined>;
  /** The longest `Retry-After` that is waited for, in milliseconds. @default 10000 */
  readonly maxWaitMs?: number;
}

/**
 * Works as `fetch`. Where the server refuses with `verification_required` and describes what it demands
 * (`describeRefusals: true`), it asks `prove` for the evidence, adds it to the body (to the query of a GET), and repeats
 * the request once. Where the guard answers 429 or 503 with a short `Retry-After`, it waits and repeats once.
 * @throws TypeError for a body that can carry no evidence, before `prove` is called.
 * @throws the reason of `init.signal` once it is aborted.
 */
export async function verifiedFetch(
  input: string | URL | Request,
  init: RequestInit | undefined,
  { prove, maxWaitMs = 10_000 }: VerifiedFetchOptions,
): Promise<Response> {
  const request = new Request(input, init);
  const response = await patiently(request, maxWaitMs);
  const demands = await demandsOf(response);
  if (demands === undefined) return response;
  const repeat = await withEvidence(request);
  const evidence = await unlessAborted(request.signal, prove(demands, request.signal));
  return evidence === undefined ? response : patiently(repeat(evidence), maxWaitMs);
}

async function demandsOf(response: Response): Promise<Demands | undefined> {
  if (response.ok || !/\bjson\b/.test(response.headers.get('content-type') ?? '')) return undefined;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, demands } = body as { code?: unknown; demands?: unknown };
  return code === 'verification_required' && Array.isArray(demands) ? (demands as Demands) : undefined;
}
