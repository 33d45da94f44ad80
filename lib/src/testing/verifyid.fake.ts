import { randomUUID } from 'node:crypto';
import type { Answer } from '../contract/answer.js';
import { ageOf } from '../contract/claim.js';
import type { WireRequest } from '../http/wire-request.js';
import type { VerifyIdService } from '../providers/verifyid/verifyid.service.js';
import type { VerifyIdStart, VerifyIdStartRequest } from '../providers/verifyid/verifyid.types.js';
import { ApiFake, type FakeReply } from './api.fake.js';
import { noteOf, type PassingQuestion } from './scripted.provider.js';

/** A login that was started. */
export type FakeVerifyIdLogin = VerifyIdStartRequest & VerifyIdStart;

const GENERATOR = /^\/api\/url_generator_(?:s|bankid)\/[^/]+\/([^/]+)\/(?:16|18)\?domain=(.*)$/;

/** VerifyID.dk as a test says it is. A login shows the lower of the two documented ages that shows the claims. */
export class VerifyIdFake extends ApiFake<'verifyid', 'not_verified'> {
  /** @internal */
  protected readonly reasons = ['not_verified'] as const;
  private readonly logins: FakeVerifyIdLogin[] = [];
  private readonly returnUrls = new Map<string, string>();

  /** The logins that were started, oldest first. */
  get started(): readonly FakeVerifyIdLogin[] {
    return this.logins;
  }

  /** @internal */
  override reset(): void {
    super.reset();
    this.logins.length = 0;
    this.returnUrls.clear();
  }

  /** @internal */
  override adopt(service: VerifyIdService): void {
    super.adopt(service);
    const start = service.start.bind(service);
    service.start = async (request, inquiry) => {
      const login = await start(request, inquiry);
      const returnUrl = this.returnUrls.get(login.deviceId) ?? request.returnUrl;
      this.logins.push({ ...request, ...login, returnUrl });
      return login;
    };
  }

  /** @internal */
  protected override attestation(claims: readonly string[], extras: { readonly age?: 16 | 18 }): Answer {
    const oldest = Math.max(...claims.map(claim => ageOf(claim) ?? 0));
    const { age = oldest > 16 ? 18 : 16 } = extras;
    if (age < oldest) throw this.mistake(`A login that shows age ${age} does not show age_over_${oldest}.`);
    return super.attestation(claims, { age });
  }

  /** @internal Where the test says what VerifyID answers, that holds for logins that nobody started, too. */
  override ask(passing: PassingQuestion): Promise<Answer> {
    const { challengeId } = passing.evidence;
    const isStarted = this.logins.some(login => login.challengeId === challengeId);
    if (challengeId === undefined || isStarted) return super.ask(passing);
    return this.answerUnsent(passing);
  }

  /** @internal */
  protected say(answer: Answer): FakeReply {
    return answer.outcome === 'attested'
      ? { status: 200, body: answer.extras }
      : { status: 404, body: { age: null } };
  }

  /** @internal */
  protected serve({ path }: WireRequest): FakeReply {
    const [, deviceId, returnUrl] = GENERATOR.exec(path) ?? [];
    if (deviceId === undefined || returnUrl === undefined) return { status: 404, body: { url: null } };
    this.returnUrls.set(deviceId, decodeURIComponent(returnUrl));
    return { status: 200, body: { url: `https://verifyid.invalid/verify/${randomUUID()}` } };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  private async answerUnsent(passing: PassingQuestion): Promise<Answer> {
    passing.record.attempts++;
    return this.answer(noteOf(passing));
  }
}
