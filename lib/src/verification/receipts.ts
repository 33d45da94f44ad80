import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Outcomes } from '../events/outcomes.js';
import { stateKey } from '../store/state-key.js';
import { State } from '../store/state.js';
import { readReceipt, receiptText, type Receipt } from './receipt.js';

/** The longest a receipt can be made to last: a year, in milliseconds. */
export const LONGEST_RECEIPT_MS = 365 * 24 * 60 * 60_000;

// A receipt for every claim that is demanded, and for a few more that came along; not for a hundred age thresholds.
const MOST_CLAIMS = 16;

/** The receipts of one subject for one requirement, and where to write down new ones. */
export interface ReceiptPage {
  /** Everything demanded is remembered: the claims attested, and a name for it that is safe to log. */
  readonly remembered: { readonly claims: readonly string[]; readonly reference: string } | undefined;
  /** Remembers an acceptance for `forMs` milliseconds, or until the provider's statement ends. */
  keep(claims: readonly string[], forMs: number, validUntil?: Date): Promise<void>;
}

/**
 * Remembers acceptances, a receipt per claim: one never answers for another. Keys are hashes of subject, provider,
 * requirement and claim.
 */
@Injectable()
export class Receipts {
  constructor(
    @Inject(State) private readonly state: State,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {}

  /** @throws ProviderUnavailableError when the store fails. */
  async lookUp(query: {
    readonly subject: string;
    readonly provider: string;
    /** A text for what sets the requirement apart besides its claims. */
    readonly scope: string;
    /** The demanded claims; a receipt must hold for each of them. */
    readonly claims: readonly string[];
  }): Promise<ReceiptPage> {
    const keys = query.claims.map(claim => receiptKey(query, claim));
    // All at once, which is one round trip.
    const asked = [epochKey(query.subject), ...keys].map(key => this.state.get(key));
    const [epoch, ...kept] = await Promise.all(asked);
    const claims = this.claimsOf(query, kept, epoch);
    return {
      remembered: claims && { claims, reference: (keys[0] ?? '').slice(0, 22) },
      keep: (attested, forMs, validUntil) => this.keep(query, epoch, attested, forMs, validUntil),
    };
  }

  /** Forgets everything about a subject, receipts that are being written at this moment included. */
  async forget(subject: string): Promise<void> {
    // Outlives every receipt from before; those of another epoch do not count while it is there.
    await this.state.set(
      epochKey(subject),
      randomBytes(9).toString('base64url'),
      LONGEST_RECEIPT_MS + 86_400_000,
    );
  }

  private async keep(
    query: Parameters<Receipts['lookUp']>[0],
    epoch: string | undefined,
    attested: readonly string[],
    forMs: number,
    validUntil: Date | undefined,
  ): Promise<void> {
    const now = Date.now();
    const expiresAt = Math.min(now + forMs, validUntil?.getTime() ?? Infinity);
    if (!(expiresAt > now)) return;
    const text = receiptText({ provider: query.provider, claims: attested, expiresAt, epoch });
    const claims = [...new Set([...query.claims, ...attested])].filter(claim => attested.includes(claim));
    await Promise.all(
      claims
        .slice(0, Math.max(MOST_CLAIMS, query.claims.length))
        .map(claim => this.state.set(receiptKey(query, claim), text, expiresAt - now)),
    );
  }

  /** Everything attested in receipts that hold for every demanded claim; `undefined` where one does not. */
  private claimsOf(
    { provider, claims }: Parameters<Receipts['lookUp']>[0],
    kept: readonly (string | undefined)[],
    epoch: string | undefined,
  ): readonly string[] | undefined {
    const attested = new Set<string>();
    for (const [index, claim] of claims.entries()) {
      const receipt = this.read(kept[index], provider, claim, epoch);
      if (receipt === undefined) return undefined;
      for (const each of receipt.claims) attested.add(each);
    }
    return attested.size > 0 ? [...attested] : undefined;
  }

  /** The receipt that a stored value is, for one claim of one provider. */
  private read(
    text: string | undefined,
    provider: string,
    claim: string,
    epoch: string | undefined,
  ): Receipt | undefined {
    if (text === undefined) return undefined;
    const receipt = readReceipt(text);
    if (receipt?.provider !== provider || !receipt.claims.includes(claim)) {
      this.outcomes.warn(
        'verification.unreadable_state',
        `the state store has an unreadable receipt of "${provider}"; it is treated as absent`,
        { provider },
      );
      return undefined;
    }
    if (epoch !== undefined && receipt.epoch !== epoch) return undefined;
    return receipt.expiresAt > Date.now() ? receipt : undefined;
  }
}

function receiptKey({ provider, subject, scope }: Parameters<Receipts['lookUp']>[0], claim: string): string {
  return stateKey(provider, 'receipt', subject, scope, claim);
}

function epochKey(subject: string): string {
  return stateKey('', 'epoch', subject);
}
