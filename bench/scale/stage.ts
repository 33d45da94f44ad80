import { Redis } from 'ioredis';
import { PinnedProcess } from '../pinned.process.js';
import { DelayedLine } from './delayed-line.js';
import { PASSES } from './passes.js';
import { RedisProcess } from './redis-process.js';
import type { StepTrips } from './round-trips.js';
import type { ScalePlaces } from './scale.application.js';
import { StandIn } from './stand-in.js';

const ADAPTERS = ['express', 'fastify'] as const;

/** Two instances of one application, one on Express and one on Fastify, with one Redis and one stand-in of the providers. */
export class Stage {
  private constructor(
    readonly standIn: StandIn,
    readonly instances: readonly PinnedProcess[],
    private readonly redis: RedisProcess,
    private readonly line: DelayedLine,
  ) {}

  /** `file` is the compiled process of an instance. */
  static async start(delayMs: number, file: URL): Promise<Stage> {
    const [redis, standIn] = [await RedisProcess.start(), await StandIn.start()];
    const line = await DelayedLine.start(redis.socket, delayMs);
    const places = { redisPort: line.port, redisSocket: redis.socket, providers: standIn.url };
    const instances: PinnedProcess[] = [];
    for (const [core, adapter] of ADAPTERS.entries()) {
      const argument: ScalePlaces = { adapter, ...places };
      instances.push(await PinnedProcess.start(core as 0 | 1, file, [JSON.stringify(argument)]));
    }
    return new Stage(standIn, instances, redis, line);
  }

  get urls(): string[] {
    return this.instances.map(({ hello }) => (hello as { url: string }).url);
  }

  /** What was counted on all instances together. */
  async roundTrips(): Promise<Map<string, StepTrips>> {
    const all = new Map<string, StepTrips>();
    for (const instance of this.instances)
      for (const [step, trips] of await instance.ask<[string, StepTrips][]>({})) {
        const known = all.get(step) ?? { mostInARow: 0, requests: 0, commands: 0 };
        all.set(step, {
          mostInARow: Math.max(known.mostInARow, trips.mostInARow),
          requests: known.requests + trips.requests,
          commands: known.commands + trips.commands,
        });
      }
    return all;
  }

  /** How often each proof reached a handler, on whichever instance. */
  async passes(): Promise<Record<string, string>> {
    const client = new Redis(this.redis.socket);
    try {
      return await client.hgetall(PASSES);
    } finally {
      client.disconnect();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map(instance => instance.stop()));
    await Promise.all([this.line.stop(), this.standIn.stop(), this.redis.stop()]);
  }
}
