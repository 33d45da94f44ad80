import { stateKey } from '../../store/state-key.js';
import type { State, Taken } from '../../store/state.js';
import type { Bucket } from '../../store/state.store.js';
import type { limitsOf } from './otp.options.js';
import { mailboxOf } from './recipient.js';
import type { SentCode } from './sent-code.js';

/** What was counted in advance. */
export type Counted =
  /** `giveBack` where it surely reached nobody. */
  | { readonly giveBack: () => Promise<void> }
  /** How long until there is one more. */
  | { readonly waitMs: number; readonly giveBack?: undefined };

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
  async send(recipient: string, requester: string | undefined): Promise<Counted> {
    const asked = await this.of('requester-sends', this.limits.requesterSends, requester);
    if (asked.giveBack === undefined) return { waitMs: asked.waitMs };
    let sent: Taken | undefined;
    try {
      sent = await this.of('sends', this.limits.sends, mailboxOf(recipient));
    } finally {
      if (sent?.giveBack === undefined) await asked.giveBack();
    }
    if (sent.giveBack === undefined) return { waitMs: sent.waitMs };
    return { giveBack: both(asked.giveBack, sent.giveBack) };
  }

  /** Counts a guess at a code. There is no further one while the code lives, so that the wait is for the next code. */
  async guess(sent: SentCode): Promise<Counted> {
    const [own, asked] = await Promise.allSettled([
      this.state.take(this.guessesAt(sent)),
      this.of('requester-guesses', this.limits.requesterGuesses, sent.requester),
    ]);
    const takes = [own, asked].flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
    const giveBack = both(...takes.flatMap(taken => taken.giveBack ?? []));
    const failed = [own, asked].find(each => each.status === 'rejected');
    const short = takes.find(taken => taken.giveBack === undefined);
    if (failed === undefined && short === undefined) return { giveBack };
    const isCode = failed === undefined && short === takes[0] && sent.recipient !== undefined;
    const [wait] = await Promise.allSettled([
      isCode ? this.untilNextSend(sent.recipient) : short?.waitMs,
      giveBack(),
    ]);
    if (failed !== undefined) throw failed.reason;
    if (wait.status === 'rejected') throw wait.reason;
    return { waitMs: wait.value ?? 0 };
  }

  /** Whether a code can still be guessed at. */
  async hasGuess(sent: SentCode): Promise<boolean> {
    return (await this.state.waitFor(this.guessesAt(sent))) === 0;
  }

  /** Milliseconds until a recipient can be sent a code. */
  private async untilNextSend(recipient: string): Promise<number> {
    const bucket = this.bucket('sends', this.limits.sends, mailboxOf(recipient));
    return bucket === undefined ? 0 : this.state.waitFor(bucket);
  }

  private guessesAt({ messageId, validForMs, expiresAt }: SentCode): Bucket {
    const key = stateKey(this.scope, `${this.owner}/guesses`, messageId);
    const startsAt = expiresAt - validForMs;
    return { key, capacity: this.limits.guesses, refillMs: validForMs, startsAt };
  }

  private of(
    area: string,
    limit: Omit<Bucket, 'key'> | undefined,
    whose: string | undefined,
  ): Promise<Taken> {
    const bucket = this.bucket(area, limit, whose);
    return bucket === undefined ? Promise.resolve(FREE) : this.state.take(bucket);
  }

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
