import { attest, reject } from '../../contract/answer.js';
import { NOBODY } from '../../contract/subject.js';
import { ProviderRefusedError, RecipientLimitedError } from '../../errors/verification.error.js';
import { CallRecord, type CallContext, type Inquiry } from '../../events/call-record.js';
import { stringMember } from '../../wire/json.js';
import { Challenges, type Challenge } from '../challenges.js';
import { demandedClaims } from '../claims.js';
import { canonical, expectBound, mergedBinding, mistakeIn } from './binding.js';
import { Budgets, SHORTEST_WAIT_MS } from './budgets.js';
import { otpEvidence } from './otp.evidence.js';
import { limitsOf, type OtpOptions } from './otp.options.js';
import type {
  OtpAnswer,
  OtpChallenge,
  OtpCheck,
  OtpEvidence,
  OtpMessage,
  OtpRequirement,
} from './otp.types.js';
import { OtpVendor } from './otp.vendor.js';
import { preparedMessage } from './prepared-message.js';
import { claimOf } from './recipient.js';
import { compared, readSentCode, unfitFor, vouchedFor, type SentCode } from './sent-code.js';
import { codeIn } from './verify-code.js';

/**
 * Codes by phone or e-mail over any vendor: a subclass knows the vendor's wire, and everything else is here. A code is
 * sent for a recipient and a purpose, replaces the one before it, can be guessed at a few times, and passes once.
 */
export abstract class OtpProvider<
  M extends OtpMessage = OtpMessage,
  Channel extends string = string,
> extends OtpVendor<M, Channel> {
  readonly evidence = otpEvidence();
  override readonly requirementMembers = ['purpose', 'recipient'];
  override readonly perRequest = ['recipient'] as const;
  /** @internal */
  override readonly mistakeIn = mistakeIn;

  constructor(protected readonly options: OtpOptions) {
    super();
  }

  /**
   * Sends a code and remembers for whom; an older one of the same recipient, purpose and requester is worth nothing.
   * @throws RecipientMalformedError for what is neither a phone number with its country code nor an e-mail address.
   * @throws RecipientRejectedError when no code can be sent to this recipient.
   * @throws RecipientLimitedError when recipient or requester used up their messages; `retryAfterMs` says until when.
   */
  async send(message: M, options: CallContext = {}): Promise<OtpChallenge<Channel>> {
    this.expectCredentials();
    const { to, purpose, requester, code, validForMs } = preparedMessage(
      this.name,
      message,
      this.takesOwnCodes ? ['code', ...this.messageMembers] : this.messageMembers,
      this.options,
    );
    const record = new CallRecord(this.name, options);
    const { challenges, budgets } = await this.keeping(record);
    const whose = [this.name, to.toLowerCase(), purpose ?? '', requester ?? ''];
    const place = this.applicationKey.digest('place', ...whose);
    const counted = await budgets.send(to, requester);
    if (counted.giveBack === undefined) throw this.limited(counted.waitMs);
    const expiresAt = Date.now() + validForMs;
    try {
      const sent = await this.deliver({ ...message, to }, record);
      const challengeId = Challenges.idAt(place);
      const codeHash = code && this.codeHash(sent.messageId, code);
      const kept = { ...sent, codeHash, recipient: to, purpose, requester, expiresAt, validForMs };
      await challenges.keep(challengeId, kept, validForMs);
      return { challengeId, channel: sent.channel, expiresAt: new Date(expiresAt) };
    } catch (error) {
      const isRefused = error instanceof ProviderRefusedError || error instanceof RecipientLimitedError;
      if (isRefused || !record.reached) await counted.giveBack();
      if (!(error instanceof RecipientLimitedError)) throw error;
      return this.openOne(place, challenges, budgets, requester, validForMs);
    }
  }

  override merge(first: OtpRequirement, second: OtpRequirement): OtpRequirement {
    return mergedBinding(first, second, this.name);
  }

  describe(requirement: OtpRequirement): OtpCheck {
    const { claims, purpose, recipient } = expectBound(requirement, this.name);
    this.expectCredentials();
    const whose = recipient && canonical(recipient);
    const demanded = demandedClaims(claims, {
      provider: this.name,
      defaults: [claimOf(whose ?? NOBODY)],
      supports: claim => claim === 'phone_verified' || claim === 'email_verified',
      hint: `Write claims: ['phone_verified'] or ['email_verified'].`,
    });
    return { claims: demanded, purpose, recipient: whose };
  }

  /** Counts the guess before it is made, asks the vendor, and uses the challenge up after a *yes*. */
  override async ask(check: OtpCheck, evidence: OtpEvidence, record: CallRecord): Promise<OtpAnswer> {
    const code = codeIn(evidence.verifyCode, this.options.alphabet);
    if (code === undefined) return reject('malformed_evidence');
    const { challenges, budgets } = await this.keeping(record);
    const sent = await this.sentFor(check, evidence, id => record.aheadOf(evidence) ?? challenges.find(id));
    // The store ends a code, too. But a message may take long to deliver, and clocks differ.
    if (sent === undefined || Date.now() >= sent.expiresAt) return reject('unknown_evidence');
    const counted = await budgets.guess(sent);
    if (counted.giveBack === undefined) return reject('too_many_attempts', { retryAfterMs: counted.waitMs });
    const answer =
      unfitFor(check, sent) ??
      (sent.codeHash === undefined
        ? await this.askVendor(check, sent.messageId, code, record, counted.giveBack)
        : compared(check, sent.codeHash, this.codeHash(sent.messageId, code)));
    if (answer.outcome === 'rejected') return budgets.withWait(answer, sent);
    if (!(await challenges.use(sent.messageId, sent.validForMs, evidence.challengeId)))
      return reject('replayed');
    const { recipient } = sent;
    return attest(recipient === undefined ? check.claims : [claimOf(recipient)], { recipient });
  }

  /** @internal Reads the challenge. */
  override lookAhead(_: OtpCheck, { challengeId }: OtpEvidence, inquiry: Inquiry) {
    if (challengeId === undefined) return undefined;
    return this.keeping(new CallRecord(this.name, inquiry)).then(kept => kept.challenges.find(challengeId));
  }

  /** @internal A text that can be no code is refused. So is a code whose challenge is over, or was for something else. */
  override willRefuse(check: OtpCheck, { challengeId, verifyCode }: OtpEvidence, kept: unknown): boolean {
    if (codeIn(verifyCode, this.options.alphabet) === undefined) return true;
    const sent = kept === undefined ? undefined : readSentCode(kept as Challenge);
    return challengeId !== undefined && (sent === undefined || unfitFor(check, sent) !== undefined);
  }

  /** A recipient that a request lacks matches nobody. */
  override perRequestValue(_: string, value: unknown): string {
    return typeof value === 'string' ? value : NOBODY;
  }

  private async keeping(record: CallRecord): Promise<{ challenges: Challenges; budgets: Budgets }> {
    const { state, scope } = await this.stateFor(record);
    return {
      challenges: new Challenges(state, scope, this.name),
      budgets: new Budgets(state, scope, this.name, limitsOf(this.options)),
    };
  }

  private async sentFor(
    check: OtpCheck,
    { challengeId, messageId }: OtpEvidence,
    find: (id: string) => Promise<unknown>,
  ): Promise<SentCode | undefined> {
    if (challengeId === undefined) return vouchedFor(messageId, check, limitsOf(this.options).validForMs);
    const kept = (await find(challengeId)) as Challenge | undefined;
    const sent = kept && readSentCode(kept);
    if (kept === undefined || sent !== undefined) return sent;
    const message = `the state store has an unreadable challenge of "${this.name}"; it is treated as absent`;
    this.outcomes.warn('verification.unreadable_state', message, { provider: this.name });
    return undefined;
  }

  private async askVendor(
    check: OtpCheck,
    messageId: string,
    verifyCode: string,
    record: CallRecord,
    giveBack: () => Promise<void>,
  ): Promise<OtpAnswer> {
    return super.ask(check, { messageId, verifyCode }, record).catch(async (error: unknown) => {
      if (!record.reached) await giveBack();
      throw error;
    });
  }

  private codeHash(messageId: string, code: string): string {
    return this.applicationKey.digest('code', messageId, code);
  }

  /** The vendor sends no second code while one is open: the same requester gets that one again, and others wait. */
  private async openOne(
    place: string,
    challenges: Challenges,
    budgets: Budgets,
    requester: string | undefined,
    validForMs: number,
  ): Promise<OtpChallenge<Channel>> {
    const kept = await challenges.at(place);
    const open = kept && readSentCode(kept);
    const id = kept && stringMember(kept, 'id');
    if (open === undefined || id === undefined || requester === undefined || !(await budgets.hasGuess(open)))
      throw this.limited(open === undefined ? validForMs : open.expiresAt - Date.now());
    return { challengeId: id, channel: open.channel as Channel, expiresAt: new Date(open.expiresAt) };
  }

  private limited(waitMs: number): RecipientLimitedError {
    return new RecipientLimitedError(this.name, 'as many codes were sent as the limits allow', {
      retryAfterMs: Math.max(waitMs, SHORTEST_WAIT_MS),
    });
  }
}
