import type { ExecutionContext } from '@nestjs/common';
import type { EvidenceSource } from '../contract/evidence.js';
import { asObject } from '../wire/json.js';
import { graphQlArguments } from './graphql-call.js';

/** The parts of a request that usually carry evidence; the request is whatever the platform made of it. */
export function evidenceSource(request: unknown, context: ExecutionContext): EvidenceSource {
  const parts = partsOf(request);
  if (context.getType<string>() !== 'graphql') return parts;
  // A resolver's own arguments come before what the request says to all of its resolvers.
  return { body: { ...asObject(parts.body), ...graphQlArguments(context) }, query: parts.query };
}

const NOTHING: EvidenceSource = { body: undefined, query: undefined };

function partsOf(request: unknown): EvidenceSource {
  return typeof request === 'object' && request !== null ? new Parts(request) : NOTHING;
}

/** Express 5 parses a query each time that somebody reads it, and most evidence is in the body. */
class Parts implements EvidenceSource {
  constructor(private readonly request: { readonly body?: unknown; readonly query?: unknown }) {}

  get body(): unknown {
    return this.request.body;
  }

  get query(): unknown {
    return this.request.query;
  }
}
