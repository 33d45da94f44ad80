import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export const PROVIDERS = ['checkify', 'engagelab', 'humanproof', 'verifyid'] as const;
export type SoakProvider = (typeof PROVIDERS)[number];

/** A number from 0 up to 1, the same for the same seed and input. */
export function chance(seed: number, input: string): number {
  let hash = seed | 0;
  for (let index = 0; index < input.length; index++)
    hash = Math.imul(hash ^ input.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** Each provider's *yes* and *no* to a proof, in its own words. */
const WORDS: Record<
  SoakProvider,
  { yes: (proof: string) => object; no: (proof: string) => [number, object] }
> = {
  checkify: {
    yes: proof => ({
      success: true,
      status: 'completed',
      request_id: proof,
      approved_claims: { human_verified: true },
    }),
    no: () => [400, { success: false, error: { code: 'verification_failed', details: { reason: 'no' } } }],
  },
  engagelab: {
    yes: proof => ({ message_id: proof, verify_code: '123456', verified: true }),
    no: proof => [200, { message_id: proof, verify_code: '123456', verified: false }],
  },
  humanproof: { yes: () => ({ success: true }), no: () => [200, { success: false }] },
  verifyid: { yes: () => ({ age: 18 }), no: () => [404, { age: null }] },
};

type Reply = (response: ServerResponse, yes: object) => void;

function write(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
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
const FAULTS: Readonly<Record<string, Reply>> = {
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
const FAULT_NAMES = Object.keys(FAULTS);
const FAULTY = 0.3;

/** All four providers behind one port, of whose replies 30 % are faulty; knows to which proofs it truly said yes. */
export class FaultyUpstream {
  readonly sockets = new Set<Socket>();
  readonly faults = new Map<string, number>();
  /** The most connections at once. */
  mostSockets = 0;
  private readonly yes = new Set<string>();
  private readonly attempts = new Map<string, number>();
  private readonly server: Server;

  private constructor(private readonly seed: number) {
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        this.answer(request, body, response);
      });
    });
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      this.mostSockets = Math.max(this.mostSockets, this.sockets.size);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(seed: number): Promise<FaultyUpstream> {
    const upstream = new FaultyUpstream(seed);
    await new Promise<void>(resolve => upstream.server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Whether the proof was truly answered with *yes*; asked once, when its client has its reply. */
  settle(proof: string): boolean {
    this.attempts.delete(proof);
    return this.yes.delete(proof);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }

  private answer({ url = '' }: IncomingMessage, body: string, response: ServerResponse): void {
    const [, provider = ''] = url.split('/');
    const proof = /(?:proof-)[\w-]+/.exec(url + body)?.[0] ?? '';
    const words = WORDS[provider as SoakProvider];
    const attempt = (this.attempts.get(proof) ?? 0) + 1;
    this.attempts.set(proof, attempt);
    const luck = chance(this.seed, `${proof} ${String(attempt)}`);
    if (luck < FAULTY) {
      const name = FAULT_NAMES[Math.floor((luck / FAULTY) * FAULT_NAMES.length)] ?? 'stall';
      this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
      FAULTS[name]?.(response, words.yes(proof));
      return;
    }
    const delayMs = chance(this.seed, `${proof} delay`) < 0.05 ? 100 : 0; // slow, but in time
    const reply = (): void => {
      if (luck > 0.75) {
        const [status, no] = words.no(proof);
        write(response, status, JSON.stringify(no));
        return;
      }
      this.yes.add(proof);
      write(response, 200, JSON.stringify(words.yes(proof)));
    };
    if (delayMs === 0) reply();
    else setTimeout(reply, delayMs);
  }
}
