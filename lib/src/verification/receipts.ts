import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { named, type Unnamed } from '../contract/reference.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { Outcomes } from '../events/outcomes.js';
import { deadlineMsOf } from '../options/deadline.js';
import { VerificationModuleOptions } from '../options/verification.options.js';
import { ApplicationKey } from '../providers/application-key.js';
import { stateKey } from '../store/state-key.js';
import { State } from '../store/state.js';
import { ReceiptPage, type Reading, type ReceiptQuery } from './receipt-page.js';
import { readReceipt, receiptText, type Receipt } from './receipt.js';

/** The longest a receipt can be made to last: a year, in milliseconds. */
export const LONGEST_RECEIPT_MS = 365 * 24 * 60 * 60_000;

/**
 * Remembers acceptances: one record per scope and subject, with an entry per provider, requirement and claims attested.
 * Keys are hashes. A forgotten subject has a mark, which voids what was being verified at that moment.
 */
@Injectable()
export class Receipts {
  /** The life of a mark: longer than every verification that was under way. */
  private readonly markMs: number;
  private readonly names = new WeakMap<object, string>();

  constructor(
    @Inject(State) private readonly state: State,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
    @Inject(ApplicationKey) private readonly applicationKey: ApplicationKey,
    @Inject(VerificationModuleOptions) options: VerificationModuleOptions,
  ) {
    this.markMs = 2 * deadlineMsOf(options);
  }

  /** @throws ProviderUnavailableError when the store fails. */
  async lookUp(query: ReceiptQuery): Promise<ReceiptPage> {
    const { planned, remember, subject, scope, deadline } = query;
    const { provider, check } = planned;
    const name = this.nameOf(provider.name, remember);
    const at = performance.now();
    const { mark: epoch, entries } = await this.state
      .for(provider.name, deadline)
      .record(keyOf(scope, subject));
    const receipts: Receipt[] = [];
    for (const [each, text] of entries) {
      const receipt = each.startsWith(name) ? this.read(text, provider.name, epoch) : undefined;
      if (receipt !== undefined) receipts.push(receipt);
    }
    const attested = attestedBy(receipts, check.claims);
    return new ReceiptPage(this, query, { at, epoch }, attested && this.verdictOf(attested, query));
  }

  /** Remembers an acceptance, unless the subject was forgotten since that reading. */
  async keep(query: ReceiptQuery, { at, epoch }: Reading, verdict: Unnamed): Promise<void> {
    if (!this.isMarkKept(at)) return;
    const { planned, remember, subject, scope, deadline } = query;
    const { provider, check } = planned;
    const now = Date.now();
    const expiresAt = Math.min(now + remember.forMs, verdict.validUntil?.getTime() ?? Infinity);
    if (!(expiresAt > now)) return;
    const {
      outcome: _,
      reference: __,
      remembered: ___,
      ...kept
    } = provider.memoryOf?.(named(verdict), check) ?? verdict;
    const reference = this.referenceOf(query); // not that of the proof
    const text = receiptText({ verdict: { ...kept, reference }, expiresAt, epoch });
    const entry =
      this.nameOf(provider.name, remember) + stateKey('', 'claims', ...[...verdict.claims].sort());
    const state = this.state.for(provider.name, deadline);
    const record = keyOf(scope, subject);
    // A client of the store may send it once more, when a mark of that time is gone.
    const late = async (): Promise<void> => {
      if (!this.isMarkKept(at)) await this.clear(this.state.for(provider.name), record);
    };
    await state.putUnlessCleared([record, epoch, [entry, text], expiresAt - now], late);
  }

  /** Forgets everything about a subject, receipts that are being written at this moment included. */
  async forget(subject: string, scopes: readonly string[]): Promise<void> {
    await Promise.all([...new Set(scopes)].map(scope => this.clear(this.state, keyOf(scope, subject))));
  }

  /** Never by `delete`, which would take the mark of another `forget()` along. */
  private clear(state: State, record: string): Promise<void> {
    return state.clear(record, randomBytes(9).toString('base64url'), this.markMs);
  }

  private verdictOf(attested: Receipt['verdict'], query: ReceiptQuery): AcceptedVerdict {
    const { reference = this.referenceOf(query) } = attested;
    // The object is ours alone: it was parsed a moment ago.
    return Object.assign(attested, { outcome: 'accepted', reference, remembered: true } as const);
  }

  private referenceOf({ planned: { provider }, remember, scope, subject }: ReceiptQuery): string {
    const name = this.nameOf(provider.name, remember);
    return this.applicationKey.digest('remembered', name, scope, subject).slice(0, 22);
  }

  /** A name of what a route demands, with which the names of its entries begin. */
  private nameOf(provider: string, remember: { readonly scope: string }): string {
    let name = this.names.get(remember);
    if (name === undefined)
      this.names.set(remember, (name = stateKey('', 'requirement', provider, remember.scope)));
    return name;
  }

  /** Tells whether a mark that was made after that moment is surely still there. */
  private isMarkKept(at: number): boolean {
    return performance.now() - at < this.markMs;
  }

  /** The receipt that a stored value is, where it counts. */
  private read(text: string, provider: string, epoch: string | undefined): Receipt | undefined {
    const receipt = readReceipt(text);
    if (receipt?.verdict.provider !== provider) {
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

/** Returns what receipts attest together; `undefined` if they lack a demanded claim. */
function attestedBy(
  receipts: readonly Receipt[],
  demanded: readonly string[],
): Receipt['verdict'] | undefined {
  const whole = receipts.find(({ verdict }) => demanded.every(claim => verdict.claims.includes(claim)));
  if (whole !== undefined) return whole.verdict;
  const claims = [...new Set(receipts.flatMap(({ verdict }) => verdict.claims))];
  if (!demanded.every(claim => claims.includes(claim))) return undefined;
  const verdicts = [...receipts].sort((a, b) => b.expiresAt - a.expiresAt).map(({ verdict }) => verdict);
  return { ...verdicts.reduce((all, verdict) => ({ ...all, ...verdict })), claims };
}

function keyOf(scope: string, subject: string): string {
  return stateKey(scope, 'receipts', subject);
}
