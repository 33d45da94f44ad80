import { connect, type Socket } from 'node:net';
import { answerWith } from '../pinned.process.js';

/** How hard, and how long. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly milliseconds: number;
  /** Ends earlier, after so many requests. */
  readonly requests?: number;
  /** The status that every reply must have. */
  readonly status: number;
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number;
  /** Replies with another status. */
  readonly wrong: number;
  readonly milliseconds: number;
  readonly p50: number;
  readonly p99: number;
}

const MOST_REQUESTS = 1_000_000;

/** One keep-alive connection with one request under way; reads no more of HTTP than the servers here write. */
class Client {
  private readonly socket: Socket;
  private startedAt = 0;
  private received: Buffer = Buffer.alloc(0);

  constructor(
    { hostname, port }: URL,
    private readonly next: () => Buffer | undefined,
    private readonly answered: (status: number, milliseconds: number) => void,
    private readonly done: (error?: Error) => void,
  ) {
    this.socket = connect(Number(port), hostname);
    this.socket.setNoDelay(true);
    this.socket.on('error', error => {
      this.done(error);
    });
    this.socket.on('data', chunk => {
      this.receive(chunk);
    });
    this.socket.on('connect', () => {
      this.send();
    });
  }

  private send(): void {
    const request = this.next();
    if (request === undefined) {
      this.socket.removeAllListeners('error').on('error', () => undefined);
      this.socket.destroy();
      this.done();
      return;
    }
    this.startedAt = performance.now();
    this.socket.write(request);
  }

  private receive(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.received.toString('latin1', 0, head))?.[1];
    if (length === undefined) {
      this.done(new Error('a reply without content-length'));
      return;
    }
    if (this.received.length < head + 4 + Number(length)) return;
    const status = Number(this.received.toString('latin1', 9, 12));
    this.received = Buffer.alloc(0);
    this.answered(status, performance.now() - this.startedAt);
    this.send();
  }
}

// Bodies with different proofs, made before the clock runs.
function requestsTo(host: string): Buffer[] {
  return Array.from({ length: 1000 }, (_, index) => {
    const proof = `56a57761-ff5b-42f0-9c97-${String(index).padStart(12, '0')}`;
    const body = JSON.stringify({ email: 'ada@example.com', checkify_token: proof });
    return Buffer.from(
      `POST /checkout HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`,
    );
  });
}

async function run({
  url,
  connections,
  milliseconds,
  status: expected,
  requests: most = MOST_REQUESTS,
}: Load): Promise<LoadResult> {
  const target = new URL(url);
  if (target.hostname !== '127.0.0.1' && target.hostname !== '[::1]') throw new Error('loopback only');
  const requests = requestsTo(target.host);
  const samples: number[] = [];
  let sent = 0;
  let wrong = 0;
  const startedAt = performance.now();
  const next = (): Buffer | undefined => {
    if (performance.now() - startedAt >= milliseconds || sent >= most) return undefined;
    return requests[sent++ % requests.length];
  };
  const answered = (status: number, took: number): void => {
    samples.push(took);
    if (status !== expected) wrong++;
  };
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve, reject) => {
          new Client(target, next, answered, error => {
            if (error === undefined) resolve();
            else reject(error);
          });
        }),
    ),
  );
  const sorted = Float64Array.from(samples).sort();
  const quantile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    requests: samples.length,
    wrong,
    milliseconds: performance.now() - startedAt,
    p50: quantile(0.5),
    p99: quantile(0.99),
  };
}

answerWith({}, message => run(message as Load));
