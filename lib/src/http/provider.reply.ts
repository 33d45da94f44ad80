import type { JsonObject } from '../wire/json.js';

/** A provider's reply that is neither an outage nor a rate limit; `body` is `undefined` unless it is a JSON object. */
export interface ProviderReply {
  readonly status: number;
  readonly body: JsonObject | undefined;
}
