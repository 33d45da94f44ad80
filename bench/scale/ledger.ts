import type { Reply, Visit } from './shop.js';

/** What went wrong, from the side of the clients. */
export class Ledger {
  /** Passed, and must not have. */
  readonly wronglyPassed: string[] = [];
  /** Refused, and must have passed. */
  readonly wronglyRefused: string[] = [];
  /** Refused after a connection broke: the first request may have used the proof. */
  unsure = 0;
  /** Visits that must be refused for ever: used proofs and codes without guesses. */
  readonly spent: Visit[] = [];
  /** Visitors without a proof who must pass. */
  readonly remembered: Visit[] = [];

  /** Of replies to the same proof at most one may be a yes, and one is; tells whether. */
  expectOne(visit: Visit, ...replies: readonly Reply[]): boolean {
    const passed = replies.filter(({ status }) => status === 200).length;
    if (passed > 1) this.wronglyPassed.push(`${visit.step} ${visit.visitor}: ${String(passed)} times`);
    if (passed > 0) return true;
    if (replies.some(({ isRepeated }) => isRepeated)) this.unsure++;
    else this.tell(this.wronglyRefused, visit, replies);
    return false;
  }

  /** The request spends nothing, so that it passes also where a connection broke. */
  expectPassed(visit: Visit, reply: Reply): void {
    if (reply.status !== 200) this.tell(this.wronglyRefused, visit, [reply]);
  }

  expectRefused(visit: Visit, ...replies: readonly Reply[]): void {
    const isRight = ({ status }: Reply): boolean => status === 403 || status === 429;
    if (!replies.every(isRight)) this.tell(this.wronglyPassed, visit, replies);
  }

  private tell(list: string[], { step, visitor }: Visit, replies: readonly Reply[]): void {
    list.push(`${step} ${visitor}: ${replies.map(({ status }) => status).join(', ')}`);
  }
}
