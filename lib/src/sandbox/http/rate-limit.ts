import { SandboxError } from '../sandbox.error.js';

/** At most `requests` calls in a fixed window of `windowMs` milliseconds. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/** Counts the calls of one API against its limit. Without a limit it never refuses. */
export class RateLimiter {
  private windowStart = -Infinity;
  private used = 0;

  constructor(
    private readonly limit: RateLimit | undefined,
    private readonly now: () => number,
  ) {
    if (limit && !(limit.requests >= 0 && limit.windowMs > 0)) {
      throw new SandboxError('invalid', 'A rate limit needs requests >= 0 and windowMs > 0.');
    }
  }

  /** Counts one call. It returns the seconds to wait if the limit is exceeded. */
  exceeded(): number | undefined {
    if (!this.limit) return undefined;
    const now = this.now();
    if (now - this.windowStart >= this.limit.windowMs) {
      this.windowStart = now;
      this.used = 0;
    }
    this.used += 1;
    if (this.used <= this.limit.requests) return undefined;
    return Math.max(1, Math.ceil((this.windowStart + this.limit.windowMs - now) / 1000));
  }
}
