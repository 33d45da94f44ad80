import { parseObject, type JsonObject } from '../wire/json.js';
import type { WireReply } from './wire-request.js';

/** A provider's reply; `body` is `undefined` unless it is a JSON object that names no member twice. */
export interface ProviderReply {
  readonly status: number;
  readonly body: JsonObject | undefined;
  /** The `Retry-After` header, as it came. */
  readonly retryAfter: string | undefined;
}

/** Reads what came over the wire as JSON. */
export function providerReply({ status, text, retryAfter }: WireReply): ProviderReply {
  return { status, body: parseObject(text), retryAfter };
}
