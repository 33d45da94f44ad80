import { reject, type Rejection } from '../../contract/answer.js';
import { stateKey } from '../../store/state-key.js';
import type { State, Taken } from '../../store/state.js';
import type { Bucket } from '../../store/state.store.js';
import type { limitsOf } from './otp.options.js';
import { mailboxOf } from './recipient.js';
import type { SentCode } from './sent-code.js';

/** The shortest wait that a person is told, in milliseconds. */
export const SHORTEST_WAIT_MS = 1000;

const FREE: Taken = { waitMs: 0, giveBack: () => Promise.resolve() };

/** Counts sends and guesses, atomically and before they are made: by challenge, recipient and requester. */
export class Budgets {
  constructor(
    private readonly state: State,
    private readonly scope: string,
    private readonly owner: string,
    private readonly limits: ReturnType<typeof limitsOf>,
  ) {}

  /** Counts a message. The requester comes first, so that an exhausted one costs the recipient nothing. */
  async send(recipient: string, requester: string | undefined): Promise<Taken> {
    const asked = await this.take(this.bucket('requester-sends', this.limits.requesterSends, requester));
    if (asked.giveBack === undefined) return asked;
    let sent: Taken | undefined;
    try {
      sent = await this.take(this.sendsTo(recipient));
    } finally {
      if (sent?.giveBack === undefined) await asked.giveBack();
    }
    if (sent.giveBack === undefined) return sent;
    return { waitMs: 0, giveBack: both(asked.giveBack, sent.giveBack) };
  }

  /** Counts a guess at a code. There is no further one while the code lives, so that the wait is for the next code. */
  async guess(sent: SentCode): Promise<Taken> {
    const [own, asked] = await Promise.allSettled([
      this.state.take(this.guessesAt(sent)),
      this.take(this.guessesBy(sent)),
    ]);
    const takes = [own, asked].flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
    const giveBack = both(...takes.flatMap(taken => taken.giveBack ?? []));
    const failed = [own, asked].find(each => each.status === 'rejected');
    const [code, requester] = takes;
    if (takes.every(taken => taken.giveBack !== undefined) && failed === undefined)
      return { waitMs: 0, giveBack };
    const [next] = await Promise.allSettled([
      failed === undefined && code?.giveBack === undefined ? this.untilNextCode(sent, code?.waitMs) : 0,
      giveBack(),
    ]);
    if (failed !== undefined) throw failed.reason;
    const waitMs = next.status === 'fulfilled' ? next.value : 0; // a store that fails changes no verdict
    return { waitMs: Math.max(waitMs, requester?.waitMs ?? 0, SHORTEST_WAIT_MS) };
  }

  /** Tells whether a code can still be guessed at. */
  async hasGuess(sent: SentCode): Promise<boolean> {
    return (await this.state.waitFor(this.guessesAt(sent))) === 0;
  }

  /** Says how long to wait if no guess is left. The last guess says so, too: nobody makes another one to find out. */
  async withWait(rejection: Rejection, sent: SentCode): Promise<Rejection> {
    const ownMs = await this.untilNextGuess(sent).catch(() => undefined); // a store that fails changes no verdict
    if (ownMs === undefined) return rejection;
    const retryAfterMs = Math.max(ownMs, rejection.details.retryAfterMs ?? 0); // the vendor may ask for more
    return reject(rejection.reason, { ...rejection.details, retryAfterMs });
  }

  /**
   * Milliseconds until a person can try again, at this code or at the next one. `undefined` if there is a guess left.
   * The guesses of the requester count as well.
   */
  private async untilNextGuess(sent: SentCode): Promise<number | undefined> {
    const [own, asked, next] = await Promise.all([
      this.state.waitFor(this.guessesAt(sent)),
      this.waitFor(this.guessesBy(sent)),
      this.untilNextCode(sent, 0),
    ]);
    if (own === 0 && asked === 0) return undefined;
    const code = sent.recipient === undefined ? own : next;
    return Math.max(own === 0 ? 0 : code, asked, SHORTEST_WAIT_MS);
  }

  /** Milliseconds until a person can be sent a code; `orElse` for somebody who sends without us. */
  private untilNextCode({ recipient }: SentCode, orElse = 0): Promise<number> {
    if (recipient === undefined) return Promise.resolve(orElse);
    return this.waitFor(this.sendsTo(recipient));
  }

  private guessesAt({ messageId, validForMs, expiresAt }: SentCode): Bucket {
    const key = stateKey(this.scope, `${this.owner}/guesses`, messageId);
    const startsAt = expiresAt - validForMs;
    return { key, capacity: this.limits.guesses, refillMs: validForMs, startsAt };
  }

  private guessesBy({ requester }: SentCode): Bucket | undefined {
    return this.bucket('requester-guesses', this.limits.requesterGuesses, requester);
  }

  private sendsTo(recipient: string): Bucket | undefined {
    return this.bucket('sends', this.limits.sends, mailboxOf(recipient));
  }

  private take(bucket: Bucket | undefined): Promise<Taken> {
    return bucket === undefined ? Promise.resolve(FREE) : this.state.take(bucket);
  }

  private waitFor(bucket: Bucket | undefined): Promise<number> {
    return bucket === undefined ? Promise.resolve(0) : this.state.waitFor(bucket);
  }

  /** `undefined` for what is not limited. */
  private bucket(
    area: string,
    limit: Omit<Bucket, 'key'> | undefined,
    whose: string | undefined,
  ): Bucket | undefined {
    if (limit === undefined || whose === undefined) return undefined;
    return { key: stateKey(this.scope, `${this.owner}/${area}`, whose), ...limit };
  }
}

function both(...handles: readonly (() => Promise<void>)[]): () => Promise<void> {
  return async () => {
    await Promise.all(handles.map(giveBack => giveBack()));
  };
}
