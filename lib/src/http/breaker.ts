/** The number of references of failed evidence that are kept. */
const MOST_FAILED = 1024;
/** The factor by which the breaker tolerates more failures each time that other evidence succeeds, and the highest factor. */
const [MORE, MOST] = [4, 16];

/**
 * Leaves a provider alone that fails several times in a row. Needs no timer: the clock is read when somebody asks.
 * One visitor could provoke the failures with odd evidence, so an open breaker refuses evidence that has failed, and other
 * evidence may probe: its success closes the breaker.
 */
export class CircuitBreaker {
  private state: 'closed' | 'open' | 'half_open' = 'closed';
  private failuresInARow = 0;
  /** The failures in a row that open it. The number grows with every time that other evidence fared better while it was open. */
  private tolerated: number;
  private failedAt = 0;
  private retryAt = 0;
  private readonly failed = new Set<string>();

  constructor(
    private readonly settings: { readonly failures: number; readonly coolDownMs: number },
    private readonly changed: (state: CircuitBreaker['standing']) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tolerated = settings.failures;
  }

  /** `closed` lets everybody through, `open` nobody, `half_open` one call to find out: the cool-down is over. */
  get standing(): 'closed' | 'open' | 'half_open' {
    return this.state === 'open' && this.waitMs() === 0 ? 'half_open' : this.state;
  }

  /** Milliseconds until a call with evidence that failed makes sense; 0 when it does now. */
  waitMs(): number {
    return this.state === 'closed' ? 0 : Math.max(0, this.retryAt - this.now());
  }

  /** Tells whether a call may only find out, one at a time, if its evidence fares better; calls without evidence count as one. */
  mayProbe(reference = ''): boolean {
    return this.waitMs() > 0 && !this.failed.has(reference);
  }

  /** Returns {@link waitMs}, but 0 for a probe. At 0 the call is let through; after a cool-down, it is the only one. */
  admit(reference = ''): number {
    if (this.state === 'closed' || this.mayProbe(reference)) return 0;
    const wait = this.waitMs();
    if (wait > 0) return wait;
    this.retryAt = this.now() + this.settings.coolDownMs; // the trial's time; should it get lost, another may try
    this.become('half_open');
    return 0;
  }

  /** Takes note of how a call ended that was let through. */
  record(outage: boolean, reference = ''): void {
    if (!outage) {
      const isCalm = this.now() - this.failedAt > this.settings.coolDownMs;
      if (isCalm) this.tolerated = this.settings.failures;
      else if (this.state === 'open')
        this.tolerated = Math.min(MOST * this.settings.failures, MORE * this.tolerated);
      this.failuresInARow = 0;
      this.failed.clear();
      this.become('closed');
      return;
    }
    this.failuresInARow++;
    this.failedAt = this.now();
    if (this.failed.size < MOST_FAILED) this.failed.add(reference);
    if (this.state === 'open' || (this.state === 'closed' && this.failuresInARow < this.tolerated)) return;
    this.retryAt = this.now() + this.settings.coolDownMs;
    this.become('open');
  }

  private become(state: CircuitBreaker['standing']): void {
    if (this.state === state) return;
    this.state = state;
    this.changed(state);
  }
}
