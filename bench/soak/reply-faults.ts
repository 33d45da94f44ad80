import type { ServerResponse } from 'node:http';

type Reply = (response: ServerResponse, yes: object) => void;

/** Sends a whole reply. */
export function write(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'application/json',
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const withWrongTypes = (yes: object): string =>
  JSON.stringify(yes, (_, value: unknown) => (value === true ? 'true' : value === 18 ? '18' : value));

const underStatus =
  (status: number): Reply =>
  (response, yes) => {
    write(response, status, JSON.stringify(yes));
  };

/** Everything that can be wrong with a reply; none of these is a *yes*. */
export const FAULTS: Readonly<Record<string, Reply>> = {
  stall: () => undefined,
  drip: (response, yes) => {
    const body = JSON.stringify(yes);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100_000 });
    let at = 0;
    const timer = setInterval(() => response.write(body[at++ % body.length] ?? ' '), 50);
    response.on('close', () => {
      clearInterval(timer);
    });
  },
  drop: response => response.socket?.destroy(),
  reset: response => response.socket?.resetAndDestroy(),
  truncated: (response, yes) => {
    const body = JSON.stringify(yes);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length + 1 });
    response.write(body, () => response.socket?.destroy());
  },
  wrong_types: (response, yes) => {
    write(response, 200, withWrongTypes(yes));
  },
  array: (response, yes) => {
    write(response, 200, JSON.stringify([yes]));
  },
  html: response => {
    write(response, 200, '<!doctype html><title>success</title>', 'text/html');
  },
  empty: response => {
    write(response, 200, '');
  },
  oversize: (response, yes) => {
    write(response, 200, JSON.stringify({ ...yes, padding: 'x'.repeat(80_000) }));
  },
  rate_limit: response => {
    response.writeHead(429, { 'retry-after': '0', 'content-length': 0 }).end();
  },
  server_error: response => {
    write(response, 503, '{}');
  },
  yes_under_201: underStatus(201),
  yes_under_302: underStatus(302),
  yes_under_400: underStatus(400),
  yes_under_404: underStatus(404),
  yes_under_500: underStatus(500),
};
