import { Buckets } from './buckets.js';

/** An entry that is kept until `expiresAt`: a text, or entries by name. */
export interface Entry {
  readonly value: string | ReadonlyMap<string, string>;
  readonly expiresAt: number;
}

/** The state of one area, such as the codes of one provider: a flood in an area costs no other area anything. */
export class MemoryRoom {
  readonly buckets: Buckets;
  private readonly grants = new Map<string, Entry>();
  private readonly refusals = new Map<string, Entry>();
  private sweepAgainAt = 0;

  constructor(
    private readonly most: number,
    private readonly now: () => number,
  ) {
    this.buckets = new Buckets(most, now);
  }

  find(key: string): Entry | undefined {
    const entry = this.refusals.get(key) ?? this.grants.get(key);
    if (entry === undefined || entry.expiresAt > this.now()) return entry;
    this.delete(key);
    return undefined;
  }

  /** Keeps what may be lost early. What refuses under this key goes on refusing with the new value. */
  grant(key: string, entry: Entry): void {
    if (this.find(key) !== undefined && this.refusals.has(key)) {
      this.refusals.set(key, entry);
      return;
    }
    this.grants.delete(key); // so that it becomes the youngest
    if (this.grants.size >= this.most) this.dropOldest();
    this.grants.set(key, entry);
  }

  /** Keeps what is never lost early. What grants under this key goes on granting with the new value. */
  refuse(key: string, entry: Entry): void {
    if (this.grants.has(key)) {
      this.grants.set(key, entry);
      return;
    }
    if (!this.refusals.has(key)) {
      if (this.refusals.size >= this.most) this.sweep();
      if (this.refusals.size >= this.most)
        throw Object.assign(new Error('InMemoryStateStore is full'), { code: 'FULL' });
    }
    this.refusals.set(key, entry);
  }

  delete(key: string): void {
    this.grants.delete(key);
    this.refusals.delete(key);
  }

  /**
   * Drops the oldest thousandth, one at least: a Map steps over everything deleted to find its first key, which a
   * flood would pay with every key it sets.
   */
  private dropOldest(): void {
    let left = Math.max(1, Math.floor(this.most / 1000));
    for (const key of this.grants.keys()) {
      this.grants.delete(key);
      if (--left === 0) return;
    }
  }

  /** Drops what has expired, at most once a second, so that a full store stays cheap to ask. */
  private sweep(): void {
    const now = this.now();
    if (now < this.sweepAgainAt) return;
    this.sweepAgainAt = now + 1000;
    for (const [key, { expiresAt }] of this.refusals) if (expiresAt <= now) this.refusals.delete(key);
  }
}
