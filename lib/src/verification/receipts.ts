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
    const { record, mark } = keysOf(scope, subject);
    const name = stateKey('', 'requirement', provider.name, remember.scope);
    const state = this.state.for(provider.name, deadline);
    const readAt = performance.now();
    // Both at once, which is one round trip.
    const [epoch, entries] = await Promise.all([state.get(mark), state.entries(record)]);
    const receipts = [...entries]
      .filter(([each]) => each.startsWith(name))
      .flatMap(([, text]) => this.read(text, provider.name, epoch) ?? []);
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
        // A mark of that time may be gone already.
        if (performance.now() - readAt < this.markMs) await this.keep(query, name, epoch, verdict);
      },
    };
  }

  /** Forgets everything about a subject, receipts that are being written at this moment included. */
  async forget(subject: string, scopes: readonly string[]): Promise<void> {
    const epoch = randomBytes(9).toString('base64url');
    await Promise.all(
      [...new Set(scopes)].map(async scope => {
        const { record, mark } = keysOf(scope, subject);
        // First: what is written from here on sees it. Not by `set` alone, which a full store may lose.
        const isFirst = await this.state.setIfAbsent(mark, epoch, this.markMs);
        if (!isFirst) await this.state.set(mark, epoch, this.markMs);
        await this.state.delete(record);
      }),
    );
  }

  private async keep(
    { planned: { provider, check, remember }, subject, scope, deadline }: ReceiptQuery,
    name: string,
    epoch: string | undefined,
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
    const { record, mark } = keysOf(scope, subject);
    const state = this.state.for(provider.name, deadline);
    // The mark is read after the receipt is written: whoever forgets later deletes what was written.
    const untimed = this.state.for(provider.name);
    const withdraw = async (read: Promise<string | undefined>): Promise<void> => {
      const isForgotten = await read.then(
        value => value !== undefined && value !== epoch,
        () => true,
      );
      if (isForgotten) await untimed.delete(record);
    };
    await state.put(record, entry, text, expiresAt - now, () => withdraw(untimed.get(mark)));
    await withdraw(state.get(mark));
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

function keysOf(scope: string, subject: string): { readonly record: string; readonly mark: string } {
  return { record: stateKey(scope, 'receipts', subject), mark: stateKey(scope, 'forgotten', subject) };
}
