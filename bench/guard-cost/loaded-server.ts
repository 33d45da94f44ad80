import { applicationOf, type Application, type ApplicationName } from '../applications/application.js';
import { PinnedProcess } from '../pinned.process.js';
import type { Load, LoadReport } from './load.process.js';

/** One window. */
export interface Window {
  /** CPU time of the server process for each request, in microseconds. */
  readonly cpuMicros: number;
  /** The share of its core that the server used. */
  readonly busy: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Latencies in milliseconds, as the clients see them. */
  readonly p50: number;
  readonly p99: number;
}

/** The clients and the stand-in of the provider, which share a core that is not the server's. */
export interface Surroundings {
  readonly clients: PinnedProcess;
  readonly upstream: PinnedProcess;
}

/** The requests per second that are assumed before the first window. */
const FIRST_GUESS = 2000;
/** Fewer requests on each connection would measure the opening of connections. */
const FEWEST_REQUESTS = 5;
/** Requests on each connection before a window: while others were measured, idle connections to the provider closed. */
const OPENING_REQUESTS = 2;

/** A route of an application in a process of its own, and the load on it. */
export class LoadedServer {
  private readonly application: Application;
  /** The highest rates so far, by the number of connections; a window that is sized by them is rarely too short. */
  private readonly peaks = new Map<number, number>();

  constructor(
    /** The name of the application, or of its second process. */
    readonly name: string,
    application: ApplicationName,
    private readonly server: PinnedProcess,
    private readonly surroundings: Surroundings,
    private readonly path = '/checkout',
  ) {
    this.application = applicationOf(application);
  }

  /** Measures one window; a wrong reply, or a guard that did not ask, is an error. */
  async measure(connections: number, seconds: number): Promise<Window> {
    const { clients, upstream } = this.surroundings;
    const { status, calls, title } = this.application;
    const peak = this.peaks.get(connections);
    const amount = Math.max(connections * FEWEST_REQUESTS, Math.ceil((peak ?? FIRST_GUESS) * seconds));
    const url = (this.server.hello as { url: string }).url + this.path;
    const load: Load = { url, connections, amount, status };
    await clients.ask({ ...load, amount: connections * OPENING_REQUESTS });
    await upstream.ask({});
    await this.server.ask({});
    const { requests, milliseconds, p50, p99, faults } = await clients.ask<LoadReport>(load);
    const { cpuMicros } = await this.server.ask<{ cpuMicros: number }>({});
    const asked = await upstream.ask<{ calls: number }>({});
    if (faults.length > 0) throw new Error(`${title}: ${faults.join('; ')}`);
    if (asked.calls !== requests * calls)
      throw new Error(`${title}: ${requests} requests made ${asked.calls} calls to the provider`);
    const requestsPerSecond = (requests / milliseconds) * 1000;
    this.peaks.set(connections, Math.max(peak ?? 0, requestsPerSecond));
    return {
      cpuMicros: cpuMicros / requests,
      busy: cpuMicros / 1000 / milliseconds,
      seconds: milliseconds / 1000,
      requestsPerSecond,
      p50,
      p99,
    };
  }
}
