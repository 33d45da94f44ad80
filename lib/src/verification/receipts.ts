import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { Outcomes } from '../events/outcomes.js';
import { deadlineMsOf } from '../options/deadline.js';
import { VerificationModuleOptions } from '../options/verification.options.js';
import { ApplicationKey } from '../providers/application-key.js';
import { stateKey } from '../store/state-key.js';
import { State } from '../store/state.js';
import type { PlannedCheck } from './planned-check.js';
import { readReceipt, receiptText, type Receipt } from './receipt.js';

/** The longest a receipt can be made to last: a year, in milliseconds. */
export const LONGEST_RECEIPT_MS = 365 * 24 * 60 * 60_000;

/** A subject and a check, whose receipts are looked up. */
export interface ReceiptQuery {
  /** A check that is remembered. */
  readonly planned: PlannedCheck & { readonly remember: object };
  readonly subject: string;
  /** The scope of the provider's state. */
  readonly scope: string;
  /** When the invocation ends, by `performance.now()`. */
  readonly deadline: number;
}

/** The receipts of one subject for one check, and where to write down new ones. */
export interface ReceiptPage {
  /** The same for the same subject and check. */
  readonly name: string;
  /** The verdict on the subject, where everything demanded is remembered. */
  readonly remembered: AcceptedVerdict | undefined;
  /** Looks again. */
  again(): Promise<AcceptedVerdict | undefined>;
  /** Remembers an acceptance for as long as the route says, or until the provider's statement ends. */
  keep(verdict: AcceptedVerdict): Promise<void>;
}

/**
 * Remembers acceptances: one record per scope and subject, with an entry per provider, requirement and claims attested.
 * Keys are hashes. A forgotten subject has a mark, which voids what was being verified at that moment.
 */
@Injectable()
export class Receipts {
  /** Outlives every verification that was under way. */
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
    const { planned, subject, scope, deadline } = query;
    const { provider, check, remember } = planned;
    const record = keyOf(scope, subject);
    const name = this.nameOf(provider.name, remember);
    const state = this.state.for(provider.name, deadline);
    const readAt = performance.now();
    const { mark: epoch, entries } = await state.record(record);
    const receipts: Receipt[] = [];
    for (const [each, text] of entries) {
      const receipt = each.startsWith(name) ? this.read(text, provider.name, epoch) : undefined;
      if (receipt !== undefined) receipts.push(receipt);
    }
    const attested = attestedBy(receipts, check.claims);
    const reference = () => this.applicationKey.digest('remembered', name, scope, subject).slice(0, 22);
    return {
      name: JSON.stringify([record, name, check.claims]),
      remembered: attested && {
        ...attested,
        outcome: 'accepted',
        reference: reference(),
        remembered: true,
      },
      again: async () => (await this.lookUp(query)).remembered,
      keep: async verdict => {
        if (this.isMarkKept(readAt)) await this.keep(query, name, { epoch, readAt }, verdict);
      },
    };
  }

  /** Forgets everything about a subject, receipts that are being written at this moment included. */
  async forget(subject: string, scopes: readonly string[]): Promise<void> {
    await Promise.all([...new Set(scopes)].map(scope => this.clear(this.state, keyOf(scope, subject))));
  }

  /** Never by `delete`, which would take the mark of another `forget()` along. */
  private clear(state: State, record: string): Promise<void> {
    return state.clear(record, randomBytes(9).toString('base64url'), this.markMs);
  }

  /** A name of what a route demands, with which the names of its entries begin. */
  private nameOf(provider: string, remember: { readonly scope: string }): string {
    let name = this.names.get(remember);
    if (name === undefined)
      this.names.set(remember, (name = stateKey('', 'requirement', provider, remember.scope)));
    return name;
  }

  private async keep(
    { planned: { provider, check, remember }, subject, scope, deadline }: ReceiptQuery,
    name: string,
    { epoch, readAt }: { readonly epoch: string | undefined; readonly readAt: number },
    verdict: AcceptedVerdict,
  ): Promise<void> {
    const now = Date.now();
    const expiresAt = Math.min(now + remember.forMs, verdict.validUntil?.getTime() ?? Infinity);
    if (!(expiresAt > now)) return;
    const {
      outcome: _,
      reference: __,
      remembered: ___,
      ...kept
    } = provider.memoryOf?.(verdict, check) ?? verdict;
    const text = receiptText({ verdict: kept, expiresAt, epoch });
    const entry = name + stateKey('', 'claims', ...[...verdict.claims].sort());
    const state = this.state.for(provider.name, deadline);
    const record = keyOf(scope, subject);
    // A client of the store may send it once more, when a mark of that time is gone.
    const late = async (): Promise<void> => {
      if (!this.isMarkKept(readAt)) await this.clear(this.state.for(provider.name), record);
    };
    await state.putUnlessCleared([record, epoch, [entry, text], expiresAt - now], late);
  }

  /** Whether a mark that was made after that moment is surely still there. */
  private isMarkKept(readAt: number): boolean {
    return performance.now() - readAt < this.markMs;
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
