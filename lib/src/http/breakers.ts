import type { CallRecord } from '../events/call-record.js';
import { CircuitBreaker } from './breaker.js';

/** The most accounts with a breaker of their own. Beyond it, the account that was asked longest ago loses its own. */
const MOST_ACCOUNTS = 1024;

/** The circuit breakers of one provider: each account has its own, so that failures of one tenant refuse no other. */
export class Breakers {
  private readonly own = new Map<string, CircuitBreaker>();
  /** The breaker of the only account; of several it only tells how the provider does. */
  private readonly common: CircuitBreaker;

  constructor(
    private readonly settings: ConstructorParameters<typeof CircuitBreaker>[0],
    private readonly changed: (state: CircuitBreaker['standing'], tenant?: string) => void,
  ) {
    this.common = new CircuitBreaker(settings, state => {
      if (this.own.size === 0) changed(state);
    });
  }

  /** Open while the provider fails for every account that asks. */
  get standing(): CircuitBreaker['standing'] {
    return this.common.standing;
  }

  /** The breaker of the account that a question goes to. */
  of({ account, tenant }: Pick<CallRecord, 'account' | 'tenant'>): CircuitBreaker {
    if (account === undefined) return this.common;
    const known = this.own.get(account);
    const breaker =
      known ??
      new CircuitBreaker(this.settings, state => {
        this.changed(state, tenant);
      });
    this.own.delete(account); // the latest is the last
    this.own.set(account, breaker);
    const [oldest] = this.own.keys();
    if (this.own.size > MOST_ACCOUNTS && oldest !== undefined) this.own.delete(oldest);
    return breaker;
  }

  /** The time to wait before this call, and whether it may probe meanwhile; see {@link CircuitBreaker}. */
  standingFor(record: CallRecord): { readonly waitMs: number; readonly isProbe: boolean } {
    const breaker = this.of(record);
    const isProbe = breaker.standing !== 'closed' && breaker.mayProbe(record.reference);
    return { isProbe, waitMs: isProbe ? 0 : breaker.waitMs() };
  }

  admit(record: CallRecord): number {
    const breaker = this.of(record);
    return breaker.admit(breaker.standing === 'closed' ? undefined : record.reference);
  }

  record(record: CallRecord, isOutage: boolean): void {
    const breaker = this.of(record);
    breaker.record(isOutage, isOutage ? record.reference : undefined);
    if (breaker === this.common) return;
    this.common.admit(); // a cool-down that is over begins anew
    this.common.record(isOutage);
  }
}
