const EVERY_MS = 10;
const KEPT_MS = 10_000;

/** How late the event loop was, and when. */
export class LoopLag {
  private readonly late: { readonly at: number; readonly byMs: number }[] = [];
  private worstMs = 0;
  private last = performance.now();
  private readonly timer = setInterval(() => {
    const now = performance.now();
    const byMs = now - this.last - EVERY_MS;
    this.last = now;
    if (byMs < 1) return;
    this.worstMs = Math.max(this.worstMs, byMs);
    this.late.push({ at: now, byMs });
    while ((this.late[0]?.at ?? now) < now - KEPT_MS) this.late.shift();
  }, EVERY_MS).unref();

  /** The longest delay of the whole time, in milliseconds. */
  get worst(): number {
    return this.worstMs;
  }

  /**
   * The three longest delays together since a moment at most ten seconds ago. A request meets so many: before it is read,
   * when its deadline passes, and before its reply is sent.
   */
  since(moment: number): number {
    const running = performance.now() - this.last - EVERY_MS;
    const delays = this.late.filter(({ at }) => at >= moment).map(({ byMs }) => byMs);
    return [...delays, Math.max(running, 0)]
      .sort((a, b) => b - a)
      .slice(0, 3)
      .reduce((sum, delay) => sum + delay);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
