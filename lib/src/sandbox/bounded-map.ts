const CAPACITY = 10_000;

/** A map that forgets its oldest entry beyond 10,000, because a sandbox may run for weeks. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    this.entries.set(key, value);
    if (this.entries.size <= CAPACITY) return;
    const [oldest] = this.entries.keys();
    this.entries.delete(oldest as K);
  }

  delete(key: K): void {
    this.entries.delete(key);
  }

  /** The last 30 values, newest first: as many as the console shows. */
  newest(): V[] {
    return this.values().slice(-30).reverse();
  }

  /** The values, oldest first. */
  values(): V[] {
    return [...this.entries.values()];
  }
}
