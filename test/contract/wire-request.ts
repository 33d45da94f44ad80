import { expect } from '@jest/globals';
import { REQUEST_HEADERS } from '../../lib/src/http/request-headers.js';
import type { SeenRequest } from '../support/stub-server.js';

/** The request that must be on the wire, whole. */
export interface ExpectedRequest {
  readonly method: 'GET' | 'POST';
  /** The path as it is on the request line, query included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON body; absent where none may be sent. */
  readonly body?: unknown;
}

// Headers that belong to the connection, not to the question.
const HOP_BY_HOP = new Set(['host', 'connection', 'content-length']);

/** Asserts that exactly these requests were made, header by header. */
export function expectRequests(seen: readonly SeenRequest[], ...expected: readonly ExpectedRequest[]): void {
  const requests = seen.map(({ method, path, headers, body }) => ({
    method,
    path,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name))),
    ...(body === '' ? {} : { body: JSON.parse(body) as unknown }),
  }));
  expect(requests).toEqual(
    expected.map(each => ({ ...each, headers: { ...REQUEST_HEADERS, ...each.headers } })),
  );
}
