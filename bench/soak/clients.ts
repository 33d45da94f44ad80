import { Pool } from 'undici';
import type { Span } from './oracle.js';
import { LoopLag } from './loop-lag.js';

/** The reply to one request. */
export interface ClientReply extends Span {
  readonly status: number;
  readonly body: string;
}

/** Connections to all instances, which answer in turn as behind a load balancer. */
export class Clients {
  requests = 0;
  readonly statuses: Record<string, number> = {};
  /** The longest that a client waited for a guarded route, in milliseconds; the client's own delay is in it. */
  slowestMs = 0;
  private readonly lag = new LoopLag();
  private readonly pools: readonly Pool[];

  constructor(urls: readonly string[], connections: number) {
    this.pools = urls.map(url => new Pool(url, { connections }));
  }

  get loopDelayMs(): number {
    return this.lag.worst;
  }

  async post(route: string, form: object, subject?: string): Promise<ClientReply> {
    const pool = this.pools[this.requests++ % this.pools.length];
    if (pool === undefined) throw new Error('no server');
    const sentAt = performance.now();
    const { statusCode, body } = await pool.request({
      path: `/${route}`,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(subject && { 'x-subject': subject }) },
      body: JSON.stringify(form),
    });
    const text = await body.text();
    const answeredAt = performance.now();
    const kind = `${route} ${String(statusCode)}`;
    this.statuses[kind] = (this.statuses[kind] ?? 0) + 1;
    if (route !== 'send' && route !== 'forget')
      this.slowestMs = Math.max(this.slowestMs, answeredAt - sentAt);
    return { sentAt, answeredAt, status: statusCode, body: text };
  }

  async close(): Promise<void> {
    this.lag.stop();
    await Promise.all(this.pools.map(pool => pool.close()));
  }
}
