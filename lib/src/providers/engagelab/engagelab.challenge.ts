import { randomBytes } from 'node:crypto';
import { stateKey } from '../../store/state-key.js';
import type { State } from '../../store/state.js';
import { parseObject, stringMember } from '../../wire/json.js';
import type { EngageLabOtpEvidence, EngageLabOtpCheck } from './engagelab.types.js';
import { addressOf, mailboxOf } from './recipient.js';

/** The longest life of a code by EngageLab's template rules (`verify_code_ttl`: 1 to 10 minutes). */
export const CHALLENGE_TTL_MS = 10 * 60_000;
/** Guesses per challenge, or per message id. */
const MAX_ATTEMPTS = 5;
/** Wrong codes per recipient in an hour, over all challenges: a fresh code brings no fresh guesses beyond these. */
const MAX_WRONG_CODES_PER_RECIPIENT = 15;
const RECIPIENT_WINDOW_MS = 60 * 60_000;

/** A code that was sent; it is kept on the server. */
export interface Challenge {
  readonly messageId: string;
  readonly recipient?: string | undefined;
  readonly purpose?: string | undefined;
}

/** Whether a challenge was sent for the purpose, and to the address, that is demanded; `undefined` demands nothing. */
export function isFor(
  challenge: Challenge,
  { purpose, recipient }: Pick<EngageLabOtpCheck, 'purpose' | 'recipient'>,
): boolean {
  if (purpose !== undefined && purpose !== challenge.purpose) return false;
  if (recipient === undefined) return true;
  return challenge.recipient !== undefined && addressOf(challenge.recipient) === recipient;
}

/** A wrong code counted in advance. */
export interface WrongCode {
  /** The code was not wrong, or nobody found out. */
  giveBack(): Promise<void>;
}

/** Remembers which codes were sent to whom, and counts guesses before they are made. */
export class ChallengeLedger {
  constructor(
    private readonly store: State,
    private readonly warn: (message: string) => void,
  ) {}

  /** Keeps a challenge under an opaque random id. */
  async open(challenge: Challenge): Promise<string> {
    const challengeId = randomBytes(24).toString('base64url');
    await this.store.set(challengeKey(challengeId), JSON.stringify(challenge), CHALLENGE_TTL_MS);
    return challengeId;
  }

  /** The challenge that evidence is about; `undefined` when it expired, was used or never was. */
  async find({ challengeId, messageId }: EngageLabOtpEvidence): Promise<Challenge | undefined> {
    if (challengeId === undefined) return { messageId };
    const kept = await this.store.get(challengeKey(challengeId));
    if (kept === undefined) return undefined;
    const record = parseObject(kept);
    const found = record && stringMember(record, 'messageId');
    if (record === undefined || found === undefined) {
      this.warn('the state store has an unreadable challenge of "engagelab"; it is treated as absent');
      return undefined;
    }
    return {
      messageId: found,
      recipient: stringMember(record, 'recipient'),
      purpose: stringMember(record, 'purpose'),
    };
  }

  /** Counts a guess, atomically and before it is made; tells whether it may be made. */
  async mayGuess({ messageId }: Challenge): Promise<boolean> {
    const key = stateKey('engagelab', 'attempts', messageId);
    return (await this.store.increment(key, CHALLENGE_TTL_MS)) <= MAX_ATTEMPTS;
  }

  /** Whether a recipient is below the wrong codes of an hour. */
  async mayReceive(recipient: string): Promise<boolean> {
    for (const key of wrongCodeKeys(recipient)) {
      if ((await this.store.get(key)) === undefined) return true;
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
      if (await this.store.setIfAbsent(key, '1', RECIPIENT_WINDOW_MS))
        return { giveBack: () => this.store.delete(key) };
    }
    return undefined;
  }

  /** Forgets a challenge that has served. */
  async close({ challengeId }: EngageLabOtpEvidence): Promise<void> {
    if (challengeId !== undefined) await this.store.delete(challengeKey(challengeId));
  }
}

function challengeKey(challengeId: string): string {
  return stateKey('engagelab', 'challenge', challengeId);
}

function wrongCodeKeys(recipient: string): readonly string[] {
  return Array.from({ length: MAX_WRONG_CODES_PER_RECIPIENT }, (_, index) =>
    stateKey('engagelab', 'wrong', String(index), mailboxOf(recipient)),
  );
}
