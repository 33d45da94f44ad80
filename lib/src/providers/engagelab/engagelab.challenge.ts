import { hash, randomBytes } from 'node:crypto';
import { ProviderUnavailableError } from '../../errors/verification.error.js';
import { redact } from '../../errors/redact.js';
import type { StateStore } from '../../store/state.store.js';
import { parseObject, stringMember } from '../../wire/json.js';
import type { EngageLabOtpEvidence } from './engagelab.question.js';

/** The longest life of a code by EngageLab's template rules (`verify_code_ttl`: 1 to 10 minutes). */
export const CHALLENGE_TTL_MS = 10 * 60_000;
/** Guesses per challenge, or per message id. */
export const MAX_ATTEMPTS = 5;
/** Wrong codes per recipient in an hour, over all challenges: a fresh code brings no fresh guesses beyond these. */
export const MAX_WRONG_CODES_PER_RECIPIENT = 15;
const RECIPIENT_WINDOW_MS = 60 * 60_000;

/** What is known of a code that was sent; server state throughout. */
export interface Challenge {
  readonly messageId: string;
  readonly recipient?: string | undefined;
  readonly purpose?: string | undefined;
}

/** A wrong code counted in advance. */
export interface WrongCode {
  /** The code was not wrong, or nobody found out. */
  giveBack(): Promise<void>;
}

/** Remembers which codes were sent to whom, and counts guesses before they are made. */
export class ChallengeLedger {
  constructor(
    private readonly store: StateStore,
    /** How long the store may take, in milliseconds. */
    private readonly timeoutMs: () => number,
  ) {}

  /** Keeps a challenge under an opaque random id. */
  async open(challenge: Challenge): Promise<string> {
    const challengeId = randomBytes(24).toString('base64url');
    await this.ask(() =>
      this.store.set(keyOf('challenge', challengeId), JSON.stringify(challenge), CHALLENGE_TTL_MS),
    );
    return challengeId;
  }

  /** The challenge that evidence is about; `undefined` when it expired, was used or never was. */
  async find({ challengeId, messageId }: EngageLabOtpEvidence): Promise<Challenge | undefined> {
    if (challengeId === undefined) return { messageId };
    const kept = await this.ask(() => this.store.get(keyOf('challenge', challengeId)));
    const record = kept === undefined ? undefined : parseObject(kept);
    const found = record && stringMember(record, 'messageId');
    if (record === undefined || found === undefined) return undefined;
    return {
      messageId: found,
      recipient: stringMember(record, 'recipient'),
      purpose: stringMember(record, 'purpose'),
    };
  }

  /** Counts a guess, atomically and before it is made; tells whether it may be made. */
  async mayGuess({ messageId }: Challenge): Promise<boolean> {
    const attempts = await this.ask(() =>
      this.store.increment(keyOf('attempts', messageId), CHALLENGE_TTL_MS),
    );
    return attempts <= MAX_ATTEMPTS;
  }

  /** Whether a recipient is below the wrong codes of an hour. */
  async mayReceive(recipient: string): Promise<boolean> {
    for (const key of wrongCodeKeys(recipient)) {
      if ((await this.ask(() => this.store.get(key))) === undefined) return true;
    }
    return false;
  }

  /**
   * Takes one of the recipient's wrong codes of an hour before the guess is made, so that guesses on many challenges
   * at once are no more than that; `undefined` when none is left.
   */
  async takeWrongCode({ recipient }: Challenge): Promise<WrongCode | undefined> {
    if (recipient === undefined) return { giveBack: () => Promise.resolve() };
    for (const key of wrongCodeKeys(recipient)) {
      if (await this.ask(() => this.store.setIfAbsent(key, '1', RECIPIENT_WINDOW_MS)))
        return { giveBack: () => this.ask(() => this.store.delete(key)) };
    }
    return undefined;
  }

  /** Forgets a challenge that has served. */
  async close({ challengeId }: EngageLabOtpEvidence): Promise<void> {
    if (challengeId !== undefined) await this.ask(() => this.store.delete(keyOf('challenge', challengeId)));
  }

  private async ask<T>(operation: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error('timeout'));
      }, this.timeoutMs());
    });
    try {
      return await Promise.race([operation(), late]);
    } catch (error) {
      throw new ProviderUnavailableError('engagelab', 'the state store failed', { cause: redact(error) });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** One mailbox can be written in many ways, which must not bring it fresh guesses. */
function wrongCodeKeys(recipient: string): readonly string[] {
  return Array.from({ length: MAX_WRONG_CODES_PER_RECIPIENT }, (_, index) =>
    keyOf('wrong', `${String(index)}\0${recipient.toLowerCase()}`),
  );
}

function keyOf(kind: 'challenge' | 'attempts' | 'wrong', value: string): string {
  return hash('sha256', `engagelab\0${kind}\0${value}`, 'hex');
}
