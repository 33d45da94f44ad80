import { Inject, Injectable } from '@nestjs/common';
import { OutcomeStream } from '../events/outcome.stream.js';
import { HttpOptions, settingsOf } from '../http/http.options.js';
import { keyOf } from '../store/key.js';
import { StateStore } from '../store/state.store.js';
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
  private readonly store: StoreDoor;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(HttpOptions) http: HttpOptions,
    @Inject(OutcomeStream) outcomes: OutcomeStream,
  ) {
    const { timeoutMs } = settingsOf(http);
    this.store = new StoreDoor(
      store,
      () => timeoutMs,
      message => {
        outcomes.warn('verification.store_failed', message);
      },
    );
  }

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
