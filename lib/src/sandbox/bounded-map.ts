/** A map that forgets its oldest entry beyond its capacity, so that a sandbox left running cannot grow without end. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();

  constructor(private readonly capacity = 10_000) {}

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    this.entries.set(key, value);
    if (this.entries.size <= this.capacity) return;
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
