import type { ProviderReply } from './provider-reply.js';
import type { WireRequest } from './wire-request.js';

/** A way to send one request once. */
export interface Transport {
  /**
   * Sends `request` and resolves with the complete reply, whatever its status.
   * @throws WireFault when no complete reply came within `timeoutMs`.
   */
  send(request: WireRequest, timeoutMs: number): Promise<ProviderReply>;
  /** Ends idle connections; requests under way finish first. */
  close(): Promise<void>;
}
