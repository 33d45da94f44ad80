import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';

/** What a client got. */
export interface Reply {
  readonly status: number;
  readonly id: string;
  /** The connection broke, so the client asked the other instance; whether the first one did anything, it cannot know. */
  readonly isRepeated: boolean;
}

/** One request of a client. */
export interface Visit {
  /** What it is, for the figures. */
  readonly step: string;
  readonly route: string;
  readonly visitor: string;
  readonly form?: Readonly<Record<string, string>>;
}

/** Two instances behind one name: requests go to one after the other, and to the other one where a connection breaks. */
export class Shop {
  /** How long requests took, in milliseconds, by step. */
  readonly latencies = new Map<string, number[]>();
  answered = 0;
  /** Connections that broke under a request. */
  broken = 0;
  private turn = 0;
  private readonly pools: readonly Pool[];

  constructor(
    urls: readonly string[],
    /** How long a client waits before each request, on average. */
    private readonly pauseMs: number,
    private readonly onAnswer: (answered: number) => void = () => undefined,
  ) {
    this.pools = urls.map(url => new Pool(url, { connections: 200, headersTimeout: 30_000 }));
  }

  async post(visit: Visit): Promise<Reply> {
    if (this.pauseMs > 0) await pause(this.pauseMs * (0.5 + Math.random()));
    const first = this.turn++ % this.pools.length;
    const startedAt = performance.now();
    try {
      const reply = await this.ask(first, visit, false);
      const known = this.latencies.get(visit.step) ?? [];
      this.latencies.set(visit.step, known);
      known.push(performance.now() - startedAt);
      return reply;
    } catch {
      this.broken++;
      return this.ask((first + 1) % this.pools.length, visit, true);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map(pool => pool.destroy()));
  }

  private async ask(at: number, { step, route, visitor, form }: Visit, isRepeated: boolean): Promise<Reply> {
    const { statusCode, body } = await this.pools[at]!.request({
      path: `/${route}`,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-visitor': visitor, 'x-step': step },
      body: JSON.stringify({ ...form, visitor }),
    });
    const { id = '' } = (await body.json()) as { id?: string };
    this.onAnswer(++this.answered);
    return { status: statusCode, id, isRepeated };
  }
}
