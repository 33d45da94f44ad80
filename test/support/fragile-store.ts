import { InMemoryStateStore, StateStore } from 'nestjs-verification';

/** A store that an outage can befall, and that a test empties, so that one application serves many tests. */
export class FragileStore extends StateStore {
  /** The keys that were asked for, in order. */
  readonly keys: string[] = [];
  /** The operations that fail. */
  broken: readonly (keyof StateStore)[] = [];
  /** How far its clock is ahead, in milliseconds. */
  aheadMs = 0;
  kept = this.empty();

  /** Makes the store as it was at first. */
  reset(): void {
    this.keys.length = 0;
    this.broken = [];
    this.aheadMs = 0;
    this.kept = this.empty();
  }

  get(key: string): Promise<string | undefined> {
    return this.outage('get', key) ?? this.kept.get(key);
  }
  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.outage('set', key) ?? this.kept.set(key, value, ttlMs);
  }
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.outage('setIfAbsent', key) ?? this.kept.setIfAbsent(key, value, ttlMs);
  }
  increment(key: string, ttlMs: number): Promise<number> {
    return this.outage('increment', key) ?? this.kept.increment(key, ttlMs);
  }
  delete(key: string): Promise<void> {
    return this.outage('delete', key) ?? this.kept.delete(key);
  }
  // Made of the five above, as in a store of an application's own.
  override take(
    bucket: Parameters<StateStore['take']>[0],
    count?: Parameters<StateStore['take']>[1],
  ): Promise<number> {
    return this.outage('take', bucket.key) ?? super.take(bucket, count);
  }
  override put(key: string, name: string, value: string, ttlMs: number): Promise<void> {
    return this.outage('put', key) ?? super.put(key, name, value, ttlMs);
  }
  override entries(key: string): Promise<ReadonlyMap<string, string>> {
    return this.outage('entries', key) ?? super.entries(key);
  }

  private empty(): InMemoryStateStore {
    return new InMemoryStateStore({ now: () => Date.now() + this.aheadMs });
  }

  private outage(operation: keyof StateStore, key: string): Promise<never> | undefined {
    this.keys.push(key);
    return this.broken.includes(operation) ? Promise.reject(new Error(`secret of ${key}`)) : undefined;
  }
}
