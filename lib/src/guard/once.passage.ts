import { Inject, Injectable } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { OutcomeStream } from '../events/outcome.stream.js';
import { ProofLedger, type Passage } from '../verification/proof.ledger.js';
import type { Collected } from './evidence.collector.js';

/** A question with its *yes*. */
export interface Asked {
  readonly question: Collected;
  readonly verdict: AcceptedVerdict;
}

/** Whether one of the demands that a question serves lets its proof pass only once. */
export function isOnce({ serves }: Collected): boolean {
  return serves.some(({ check }) => check.once);
}

/** Keeps proofs that a provider would confirm again from passing a route twice. */
@Injectable()
export class OncePassage {
  constructor(
    @Inject(ProofLedger) private readonly proofs: ProofLedger,
    @Inject(OutcomeStream) private readonly outcomes: OutcomeStream,
  ) {}

  /**
   * Lets the proofs pass a route together; `false` when one of them did before. Otherwise than together none has.
   * @throws ProviderUnavailableError when the store fails.
   */
  async pass(route: string, asked: readonly Asked[], correlationId?: string): Promise<boolean> {
    const passed: Passage[] = [];
    for (const { question, verdict } of asked) {
      if (!isOnce(question)) continue;
      const { provider, reference } = verdict;
      const passage = { route, provider, proof: question.check.provider.proofOf(question.evidence, verdict) };
      try {
        if (await this.proofs.pass(passage)) {
          passed.push(passage);
          continue;
        }
      } catch (error) {
        await this.takeBack(passed);
        throw error;
      }
      this.tell(provider, reference, correlationId);
      await this.takeBack(passed);
      return false;
    }
    return true;
  }

  /** As far as the store can: the refusal stands either way. */
  private async takeBack(passed: readonly Passage[]): Promise<void> {
    await Promise.allSettled(passed.map(each => this.proofs.takeBack(each)));
  }

  private tell(provider: string, reference: string, correlationId: string | undefined): void {
    if (!this.outcomes.observed) return;
    this.outcomes.publish({
      outcome: 'rejected',
      provider,
      reference,
      reason: 'replayed',
      details: {},
      attempts: 0,
      durationMs: 0,
      ...(correlationId === undefined ? undefined : { correlationId }),
    });
  }
}
