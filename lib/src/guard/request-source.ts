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

function partsOf(request: unknown): EvidenceSource {
  if (typeof request !== 'object' || request === null) return { body: undefined, query: undefined };
  // `query` need not be an own member: Express 5 defines it as a getter on the prototype.
  const { body, query } = request as { body?: unknown; query?: unknown };
  return { body, query };
}
