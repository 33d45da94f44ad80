import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isAddressedToLoopback } from './loopback.js';
import { json, type Reply } from './reply.js';

/** One request, its path split and decoded. */
export interface ApiRequest {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const MAX_BODY_BYTES = 64 * 1024;

/** The request, or a refusal if no emulated API should see it. */
export async function readRequest(message: IncomingMessage): Promise<ApiRequest | Reply> {
  const { method = '', headers, url = '' } = message;
  const body = await readBody(message);
  if (!isAddressedToLoopback(headers)) return refusal(403, 'forbidden_host', 'Loopback hosts only.');
  if (body === undefined) return refusal(413, 'body_too_large', 'At most 64 KiB.');
  const target = parseTarget(url);
  return target ? { method, headers, body, ...target } : refusal(400, 'bad_path', 'Unreadable path.');
}

/** An answer of the sandbox itself, in no API's words. */
export function refusal(status: number, code: string, message: string): Reply {
  return json(status, { error: { code, message } });
}

// Split before decoding: an escaped slash belongs to its segment.
function parseTarget(target: string): Pick<ApiRequest, 'segments' | 'query'> | undefined {
  if (!target.startsWith('/')) return undefined;
  const [path = '', query = ''] = target.slice(1).split(/\?(.*)/s);
  try {
    return { segments: path.split('/').map(decodeURIComponent), query: new URLSearchParams(query) };
  } catch {
    return undefined;
  }
}

// A body that is too large is read to its end: the client reads the answer only after it has sent everything.
async function readBody(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}
