import { parseObject, type JsonObject } from '../wire/json.js';

/** A provider's reply: complete and bounded, but not yet trusted. */
export interface ProviderReply {
  readonly status: number;
  /** `undefined` unless the body is a JSON object that names no member twice. */
  readonly body: JsonObject | undefined;
  /** The `Retry-After` header, as it came. */
  readonly retryAfter: string | undefined;
}

/** Reads the text that came over the wire as JSON. */
export function providerReply(status: number, text: string, retryAfter: string | undefined): ProviderReply {
  return { status, body: parseObject(text), retryAfter };
}
