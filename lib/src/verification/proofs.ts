import { Inject, Injectable } from '@nestjs/common';
import { named, type Unnamed } from '../contract/reference.js';
import type { RejectedVerdict } from '../contract/verdict.js';
import { State } from '../store/state.js';
import { stateKey } from '../store/state-key.js';
import type { FoundEvidence, Invocation } from './finding.js';

/** A used proof is kept for longer than any provider confirms it again. Checkify's results live for 15 minutes by default. */
const PROOF_TTL_MS = 24 * 60 * 60_000;

/** Tells whether one of the demands that evidence serves lets it pass only once. */
export function isOnce({ serves }: FoundEvidence): boolean {
  return serves.some(({ planned }) => planned.once);
}

/** Keeps proofs that a provider would confirm again from passing a route twice. */
@Injectable()
export class Proofs {
  constructor(@Inject(State) private readonly state: State) {}

  /**
   * Lets proofs pass a route together; a rejection when one of them did before, on any instance that shares the store.
   * If one was used, none counts as used.
   * @throws ProviderUnavailableError when the store fails.
   */
  async pass(
    route: string,
    asked: readonly (readonly [FoundEvidence, Unnamed])[],
    invocation: Invocation,
  ): Promise<RejectedVerdict | undefined> {
    const { context, correlationId, deadline } = invocation;
    const passed: string[] = [];
    for (const [found, verdict] of asked) {
      const { provider } = found.planned;
      const key = keyOf(await provider.scopeAt(invocation), route, found, verdict);
      let isFirst: boolean;
      try {
        isFirst = await this.state.for(provider.name, deadline).setIfAbsent(key, '1', PROOF_TTL_MS);
      } catch (error) {
        await this.takeBack(passed, deadline);
        throw error;
      }
      if (isFirst) {
        passed.push(key);
        continue;
      }
      await this.takeBack(passed, deadline);
      const { reference } = named(verdict);
      const replayed = {
        outcome: 'rejected',
        provider: provider.name,
        reference,
        reason: 'replayed',
        details: {},
      } as const;
      await provider.tell(replayed, { context, correlationId });
      return replayed;
    }
    return undefined;
  }

  /** Gives keys back as far as the store can: the refusal stands either way. */
  private takeBack(keys: readonly string[], deadline: number): Promise<void> {
    const deleted = Promise.allSettled(keys.map(key => this.state.delete(key)));
    return this.state.for(undefined, deadline).seeThrough(deleted);
  }
}

function keyOf(
  scope: string,
  route: string,
  { planned: { provider }, evidence }: FoundEvidence,
  verdict: Unnamed,
): string {
  const proof = provider.proofOf?.(evidence, named(verdict)) ?? Object.values(evidence).join('\0');
  // An area for each route: a flood that fills the store at one refuses nobody at another.
  return stateKey(scope, `once/${provider.name}/${route}`, proof.toLowerCase());
}
