import { parseObject, type JsonObject } from '../wire/json.js';
import type { WireReply } from './wire.request.js';

/** What a provider answered; `body` is `undefined` unless it is a JSON object. */
export interface ProviderReply {
  readonly status: number;
  readonly body: JsonObject | undefined;
  /** What `body` was read from; never to be shown. */
  readonly text?: string;
  /** The `Retry-After` header, as it came. */
  readonly retryAfter?: string | undefined;
}

/** Reads what came over the wire as JSON. */
export function providerReply({ status, text, retryAfter }: WireReply): ProviderReply {
  return { status, body: parseObject(text), text, retryAfter };
}
