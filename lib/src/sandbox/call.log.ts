import type { SandboxProvider } from './sandbox.provider.js';

/** One API call the sandbox received; calls to the control surface and the person's pages are not among them. */
export interface SandboxCall {
  readonly provider: SandboxProvider;
  readonly method: string;
  /** Below the API's base URL, without the query. */
  readonly path: string;
  /** Of the answer; 0 while there is none, and for good where a fault dropped the connection before it. */
  readonly status: number;
}

const CAPACITY = 1000;

/** The last 1000 calls, oldest first. */
export class CallLog {
  readonly calls: SandboxCall[] = [];

  /** Notes a call on arrival; the function it answers notes the status. */
  add(call: Omit<SandboxCall, 'status'>): (status: number) => void {
    const entry = { ...call, status: 0 };
    this.calls.push(entry);
    if (this.calls.length > CAPACITY) this.calls.shift();
    return status => {
      entry.status = status;
    };
  }
}
