import { setImmediate as tick } from 'node:timers/promises';
import { InMemoryStateStore, StateStore } from 'nestjs-verification';

/** A store of the five operations that takes a moment for each, counts round trips in a row, and shows what it was told. */
export class SlowStore extends StateStore {
  /** Round trips, of which those that overlap are one. */
  waves = 0;
  /** Every value that was stored. */
  readonly values: string[] = [];
  private readonly kept = new InMemoryStateStore();
  private underWay = 0;

  get(key: string): Promise<string | undefined> {
    return this.slowly(() => this.kept.get(key));
  }
  set(key: string, value: string, ttlMs: number): Promise<void> {
    this.values.push(value);
    return this.slowly(() => this.kept.set(key, value, ttlMs));
  }
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    this.values.push(value);
    return this.slowly(() => this.kept.setIfAbsent(key, value, ttlMs));
  }
  increment(key: string, ttlMs: number): Promise<number> {
    return this.slowly(() => this.kept.increment(key, ttlMs));
  }
  delete(key: string): Promise<void> {
    return this.slowly(() => this.kept.delete(key));
  }

  private async slowly<T>(operation: () => Promise<T>): Promise<T> {
    if (this.underWay++ === 0) this.waves++;
    await tick();
    try {
      return await operation();
    } finally {
      this.underWay--;
    }
  }
}
