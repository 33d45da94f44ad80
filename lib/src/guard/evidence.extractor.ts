import type { EvidenceSource } from '../contract/evidence.js';

/** The parts of a request that usually carry evidence; the request is whatever the platform made of it. */
export function evidenceSource(request: unknown): EvidenceSource {
  if (typeof request !== 'object' || request === null) return { body: undefined, query: undefined };
  // Not own: Express 5 defines `query` as a getter on the prototype.
  const { body, query } = request as { body?: unknown; query?: unknown };
  return { body, query };
}

/** Gives the handler another body than the one that came. */
export function replaceBody(request: unknown, body: unknown): void {
  if (typeof request === 'object' && request !== null) (request as { body: unknown }).body = body;
}
