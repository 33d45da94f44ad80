import { RecipientLimitedError } from '../../errors/verification.error.js';
import { stateKey } from '../../store/state-key.js';
import type { State } from '../../store/state.js';
import type { SendLimitOptions } from './engagelab.options.js';
import { mailboxOf } from './recipient.js';

/** A message counted before it is sent. */
export interface CountedMessage {
  /** It was certainly not sent. */
  giveBack(): Promise<void>;
}

/** How many codes one recipient can be sent, whoever asks: a message costs money, and a stranger may do the asking. */
export class SendLimit {
  constructor(
    private readonly store: State,
    private readonly options: SendLimitOptions | false = {},
  ) {}

  /**
   * Counts a message, atomically and before it is sent.
   * @throws RecipientLimitedError when it has to wait; `retryAfterMs` tells how long.
   */
  async take(recipient: string): Promise<CountedMessage> {
    if (this.options === false) return { giveBack: () => Promise.resolve() };
    const { messages = 3, windowMs = 10 * 60_000, intervalMs = 30_000 } = this.options;
    const mailbox = mailboxOf(recipient);
    const last = stateKey('engagelab', 'sent', mailbox);
    await this.occupy([last], intervalMs);
    const places = Array.from({ length: messages }, (_, index) =>
      stateKey('engagelab', 'sent', mailbox, String(index)),
    );
    try {
      const place = await this.occupy(places, windowMs);
      return {
        giveBack: async () => {
          await Promise.all([this.store.delete(place), this.store.delete(last)]);
        },
      };
    } catch (error) {
      await this.store.delete(last); // whom the window refuses did not get a message either
      throw error;
    }
  }

  /** Takes the first free place for a while; a taken one says until when it is. */
  private async occupy(places: readonly string[], ttlMs: number): Promise<string> {
    const until = String(Date.now() + ttlMs);
    for (const place of places) {
      if (await this.store.setIfAbsent(place, until, ttlMs)) return place;
    }
    const taken = await Promise.all(places.map(place => this.store.get(place)));
    const waits = taken.map(each => Number(each ?? 0) - Date.now()).filter(wait => !Number.isNaN(wait));
    throw new RecipientLimitedError(
      'engagelab',
      'this recipient was sent as many codes as the limit allows',
      {
        retryAfterMs: Math.min(Math.max(Math.min(...waits), 1000), ttlMs),
      },
    );
  }
}
