import type { Outcome } from './console/outcome.js';
import type { SandboxProvider } from './sandbox-provider.js';

/** An API call that the sandbox received. Requests for pages and controls are none. */
export interface SandboxCall {
  readonly provider: SandboxProvider;
  readonly method: string;
  /** The path below the API's base URL, without the query. */
  readonly path: string;
  /** The status of the answer. It is 0 until there is one, and stays 0 if a fault dropped the connection. */
  readonly status: number;
}

/** A call as the console shows it, with every secret masked. */
export interface LoggedCall {
  readonly id: number;
  readonly provider: SandboxProvider;
  readonly method: string;
  readonly path: string;
  readonly credential: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The request in full, and the answer. */
  readonly request: string;
  response?: string;
  /** Outcome, duration and response are missing while there is no answer. */
  outcome?: Outcome;
  durationMs?: number;
  /** The fault that hit the call, in words. */
  fault?: string;
}

const CAPACITY = 1000;

/** The last 1000 calls, oldest first. */
export class CallLog {
  readonly calls: SandboxCall[] = [];
  readonly entries: LoggedCall[] = [];
  private count = 0;

  /** Notes a call on arrival, and returns how to note its answer. Status 0 means that there is none. */
  add(
    call: Omit<SandboxCall, 'status'>,
    masked: Pick<LoggedCall, 'path' | 'credential' | 'request' | 'at'>,
  ): (status: number, answer: Pick<LoggedCall, 'outcome' | 'response' | 'fault'>) => void {
    const noted = { ...call, status: 0 };
    const entry: LoggedCall = { ...call, ...masked, id: (this.count += 1) };
    this.calls.push(noted);
    this.entries.push(entry);
    if (this.calls.length > CAPACITY) this.calls.shift();
    if (this.entries.length > CAPACITY) this.entries.shift();
    const start = performance.now();
    return (status, answer) => {
      noted.status = status;
      Object.assign(entry, answer, { durationMs: Math.round(performance.now() - start) });
    };
  }
}
