import { InMemoryStateStore } from '../store/in-memory-state.store.js';
import { StateStore, type Bucket } from '../store/state.store.js';

/** State of one test. */
export class ResettableStateStore extends StateStore {
  private store = new InMemoryStateStore();

  /** Forgets receipts, challenges, attempts and limits. */
  reset(): void {
    this.store = new InMemoryStateStore();
  }

  get(key: string): Promise<string | undefined> {
    return this.store.get(key);
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.store.set(key, value, ttlMs);
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.store.setIfAbsent(key, value, ttlMs);
  }

  increment(key: string, ttlMs: number): Promise<number> {
    return this.store.increment(key, ttlMs);
  }

  delete(key: string): Promise<void> {
    return this.store.delete(key);
  }

  override take(bucket: Bucket, count?: 1 | 0 | -1): Promise<number> {
    return this.store.take(bucket, count);
  }

  override put(key: string, name: string, value: string, ttlMs: number): Promise<void> {
    return this.store.put(key, name, value, ttlMs);
  }

  override entries(key: string): Promise<ReadonlyMap<string, string>> {
    return this.store.entries(key);
  }
}
