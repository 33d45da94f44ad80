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

/** Keeps proofs that a provider would confirm again from passing a route twice. */
@Injectable()
export class OncePassage {
  constructor(
    @Inject(ProofLedger) private readonly proofs: ProofLedger,
    @Inject(OutcomeStream) private readonly outcomes: OutcomeStream,
  ) {}

  /**
   * Lets the proofs pass a route together; `false` when one of them did before, and then none has.
   * @throws ProviderUnavailableError when the store fails.
   */
  async pass(route: string, asked: readonly Asked[]): Promise<boolean> {
    const passed: Passage[] = [];
    for (const { question, verdict } of asked) {
      if (!question.serves.some(({ check }) => check.once)) continue;
      const { provider, reference } = verdict;
      const passage = { route, provider, proof: question.check.provider.proofOf(question.evidence, verdict) };
      if (await this.proofs.pass(passage)) {
        passed.push(passage);
        continue;
      }
      this.tell(provider, reference);
      await Promise.all(passed.map(each => this.proofs.takeBack(each)));
      return false;
    }
    return true;
  }

  private tell(provider: string, reference: string): void {
    if (!this.outcomes.observed) return;
    this.outcomes.publish({
      outcome: 'rejected',
      provider,
      reference,
      reason: 'replayed',
      details: {},
      attempts: 0,
      durationMs: 0,
    });
  }
}
