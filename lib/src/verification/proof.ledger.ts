import { Inject, Injectable } from '@nestjs/common';
import { keyOf } from '../store/key.js';
import { StoreDoor } from '../store/store.door.js';

/** Longer than any provider confirms a proof again; Checkify's results live for 15 minutes unless it is set otherwise. */
const PROOF_TTL_MS = 24 * 60 * 60_000;

/** A proof, and the place that it may pass once. */
export interface Passage {
  readonly route: string;
  readonly provider: string;
  /** What names the proof itself. */
  readonly proof: string;
}

/** Remembers which proofs passed where, for providers that confirm a proof more than once. */
@Injectable()
export class ProofLedger {
  constructor(@Inject(StoreDoor) private readonly store: StoreDoor) {}

  /**
   * Lets a proof pass; `false` when it did before, on any instance that shares the store.
   * @throws ProviderUnavailableError when the store fails.
   */
  pass(passage: Passage): Promise<boolean> {
    return this.store.setIfAbsent(passageKey(passage), '1', PROOF_TTL_MS);
  }

  /** Takes a passage back that led to nothing. */
  takeBack(passage: Passage): Promise<void> {
    return this.store.delete(passageKey(passage));
  }
}

function passageKey({ route, provider, proof }: Passage): string {
  return keyOf('once', route, provider, proof.toLowerCase());
}
