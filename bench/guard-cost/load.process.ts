import autocannon from 'autocannon';
import { answerWith } from '../pinned.process.js';

/** A load on one application. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  /** Requests in all. The window ends when each is answered, so that no request is cut off. */
  readonly amount: number;
  /** The status that every reply must have. */
  readonly status: number;
}

/** The replies to a load. */
export interface LoadReport {
  readonly requests: number;
  readonly milliseconds: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Everything that was wrong. */
  readonly faults: readonly string[];
}

const DIFFERENT_PROOFS = 1000;

function proof(index: number): autocannon.Request {
  const token = `56a57761-ff5b-42f0-9c97-${String(index).padStart(12, '0')}`;
  return { body: JSON.stringify({ email: 'ada@example.com', checkify_token: token }) };
}

function run({ url, connections, amount, status }: Load): Promise<LoadReport> {
  if (new URL(url).hostname !== '127.0.0.1') throw new Error('The load goes to loopback only.');
  const each = Math.ceil(DIFFERENT_PROOFS / connections);
  const latencies: number[] = [];
  let [started, wrong, last, next] = [0, 0, 0, 0];
  return new Promise((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      connections,
      amount,
      sampleInt: 20, // the end of a window is noticed within so many milliseconds
      bailout: 1,
      // No two connections send the same proof.
      setupClient: client => {
        client.setRequests(Array.from({ length: each }, () => proof(next++)));
        started = performance.now();
      },
      ...(status === 200 ? { expectBody: '{"ok":true}' } : {}),
    };
    const instance = autocannon(options, (error, { errors, mismatches }) => {
      if (error instanceof Error) {
        reject(error);
        return;
      }
      const requests = latencies.length;
      const faults = [
        ...(wrong > 0 ? [`a reply has the status ${wrong}, not ${status}`] : []),
        ...(mismatches > 0 ? ['a reply has another body'] : []),
        ...(errors > 0 || requests !== amount ? [`${requests} of ${amount} requests were answered`] : []),
      ];
      const sorted = Float64Array.from(latencies).sort();
      const quantile = (share: number): number => sorted[Math.floor(requests * share)] ?? NaN;
      resolve({
        requests,
        milliseconds: last - started,
        p50: quantile(0.5),
        p99: quantile(0.99),
        faults,
      });
    });
    instance.on('response', (_client, code, _bytes, took) => {
      latencies.push(took);
      last = performance.now();
      if (code !== status) wrong = code;
    });
  });
}

answerWith({}, message => run(message as Load));
