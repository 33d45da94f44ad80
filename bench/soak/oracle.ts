import type { Failover } from './redis-pair.js';

/** One request of a client, in milliseconds of `performance.now()`. */
export interface Span {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** What a write in the store refuses. */
export type Refused = 'proof' | 'code' | 'guess' | 'forgotten';

/** Knows what must not pass, and what a failover excuses. */
export class Oracle {
  /** The visitors who were let through against the rules. */
  readonly wrong: string[] = [];
  /** How many were let through because Redis lost a write that it had confirmed, by failover and what was lost. */
  readonly lost: Record<string, number> = {};
  readonly failovers: Failover[] = [];

  letThroughWithoutYes(what: string): void {
    this.wrong.push(`${what} without a yes`);
  }

  /** `later` passed, although what `earlier` wrote refuses it. */
  letThroughAgain(refused: Refused, what: string, earlier: Span, later: Span): void {
    const failover = this.failovers.find(each => mayHaveLost(each, earlier, later));
    if (failover === undefined) {
      const times = this.failovers.map(
        each => `${each.kind} ${each.lostFrom.toFixed(0)} to ${each.goneAt.toFixed(0)}`,
      );
      this.wrong.push(
        `${what} although refused as ${refused} (${written(earlier)}, then ${written(later)}; ${times.slice(-3).join(', ')})`,
      );
      return;
    }
    const kind = `${failover.kind} ${refused}`;
    this.lost[kind] = (this.lost[kind] ?? 0) + 1;
  }
}

/** Whether the earlier request may have written what was lost, and the later one been asked afterwards. */
function mayHaveLost({ lostFrom, goneAt }: Failover, earlier: Span, later: Span): boolean {
  return earlier.sentAt < goneAt && earlier.answeredAt > lostFrom && later.answeredAt > goneAt;
}

function written({ sentAt, answeredAt }: Span): string {
  return `${sentAt.toFixed(0)} to ${answeredAt.toFixed(0)}`;
}
