import type { Outcome } from './console/outcome.js';
import type { SandboxProvider } from './sandbox-provider.js';

/** One API call the sandbox received; calls to the control surface and the person's pages are not among them. */
export interface SandboxCall {
  readonly provider: SandboxProvider;
  readonly method: string;
  /** Below the API's base URL, without the query. */
  readonly path: string;
  /** Of the answer; 0 while there is none, and for good where a fault dropped the connection before it. */
  readonly status: number;
}

/** What the console tells of a call, with every secret masked. */
export interface LoggedCall {
  readonly id: number;
  readonly provider: SandboxProvider;
  readonly method: string;
  readonly path: string;
  readonly credential: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Both are missing while there is no answer. */
  outcome?: Outcome;
  durationMs?: number;
  /** What went wrong on demand. */
  fault?: string;
}

const CAPACITY = 1000;

/** The last 1000 calls, oldest first. */
export class CallLog {
  readonly calls: SandboxCall[] = [];
  readonly entries: LoggedCall[] = [];
  private count = 0;

  /** Notes a call on arrival. */
  add(call: Omit<SandboxCall, 'status'>, masked: Pick<LoggedCall, 'path' | 'credential' | 'at'>): OpenCall {
    const noted = { ...call, status: 0 };
    const entry: LoggedCall = { ...call, ...masked, id: (this.count += 1) };
    this.calls.push(noted);
    this.entries.push(entry);
    if (this.calls.length > CAPACITY) this.calls.shift();
    if (this.entries.length > CAPACITY) this.entries.shift();
    const start = performance.now();
    return {
      end: (status, outcome, fault) => {
        noted.status = status;
        entry.outcome = outcome;
        entry.durationMs = Math.round(performance.now() - start);
        if (fault !== undefined) entry.fault = fault;
      },
    };
  }
}

/** A call that has no answer yet. */
export interface OpenCall {
  /** Notes the answer; status 0 where there is none. */
  end(status: number, outcome: Outcome, fault: string | undefined): void;
}
