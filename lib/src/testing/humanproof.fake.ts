import type { Answer } from '../contract/answer.js';
import { ApiFake, type FakeReply } from './api.fake.js';

/** A reason of HumanProof's no. */
export type HumanProofFakeReason = 'not_verified' | 'malformed_evidence';

/** HumanProof as a test says it is. */
export class HumanProofFake extends ApiFake<'humanproof', HumanProofFakeReason> {
  /** @internal */
  protected readonly reasons = ['not_verified', 'malformed_evidence'] as const;

  /** @internal */
  protected say(answer: Answer): FakeReply {
    if (answer.outcome === 'attested') return { status: 200, body: { success: true, error: null } };
    return answer.reason === 'malformed_evidence'
      ? { status: 422, body: { message: 'The response field is malformed.' } }
      : { status: 200, body: { success: false, error: 'invalid-response' } };
  }

  /** @internal */
  protected serve(): FakeReply {
    return { status: 404, body: {} };
  }
}
