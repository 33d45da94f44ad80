import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';

/** The key under which the handlers of all instances note which proofs they have seen. */
export const PASSES = 'bench:passes';

/** Notes in Redis each proof that reached a handler: an instance that is killed has told of what it did. */
@Injectable()
export class Passes {
  constructor(private readonly redis: Redis) {}

  note(proof: string): void {
    void this.redis.hincrby(PASSES, proof, 1).catch(() => undefined);
  }
}
