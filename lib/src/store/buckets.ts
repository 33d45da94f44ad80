import { wholeBucket, type Bucket } from './bucket.js';

/** The buckets of one process: for each, when it is full again, which tells how many were taken. */
export class Buckets {
  private readonly kept = new Map<string, { readonly fullAt: number; readonly spanMs: number }>();

  constructor(
    private readonly most: number,
    private readonly now: () => number,
  ) {}

  /** Works as `StateStore.take`. */
  take(bucket: Bucket, count: 1 | 0 | -1): number {
    const { key, refillMs, spanMs } = wholeBucket(bucket);
    const now = this.now();
    // Kept within the span: after a clock was set back, or the capacity was lowered, nobody waits longer than at an empty bucket.
    const fullAt = Math.min(Math.max(this.kept.get(key)?.fullAt ?? now, now), now + spanMs);
    const waitMs = count < 0 ? 0 : Math.max(0, fullAt + refillMs - spanMs - now);
    if (count !== 0 && waitMs === 0) this.keep(key, fullAt + count * refillMs, spanMs, now);
    return waitMs;
  }

  delete(key: string): void {
    this.kept.delete(key);
  }

  private keep(key: string, fullAt: number, spanMs: number, now: number): void {
    if (fullAt <= now) {
      this.kept.delete(key);
      return;
    }
    if (this.kept.size >= this.most && !this.kept.has(key)) this.makeRoom(now);
    this.kept.set(key, { fullAt, spanMs });
  }

  /**
   * Drops the full buckets, and an eighth of all at least: those nearest to full, which bind least. So a flood of new
   * keys refuses nobody, and does not fill up an empty bucket; it pays for this once in an eighth of its keys.
   */
  private makeRoom(now: number): void {
    const missing = ({ fullAt, spanMs }: { fullAt: number; spanMs: number }) => (fullAt - now) / spanMs;
    const shares = Float64Array.from(this.kept.values(), missing).sort();
    const eighth = Math.ceil(this.most / 8);
    const limit = shares[eighth - 1] ?? 0;
    let equals = eighth - shares.indexOf(limit);
    for (const [key, level] of this.kept) {
      const share = missing(level);
      if (share <= 0 || share < limit || (share === limit && equals-- > 0)) this.kept.delete(key);
    }
  }
}
