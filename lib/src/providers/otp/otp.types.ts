import type { Answer } from '../../contract/answer.js';
import type { Duration } from '../../contract/duration.js';
import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict, ExtrasOf } from '../../contract/verdict.js';
import type { Check } from '../check.js';
import type { RecipientClaim } from './recipient.js';

/** The code a person typed, and which code was asked for. */
export type OtpEvidence =
  | { readonly challengeId: string; readonly verifyCode: string; readonly messageId?: undefined }
  /** The vendor's message id, if the application keeps it itself. It must never come from the browser. */
  | { readonly messageId: string; readonly verifyCode: string; readonly challengeId?: undefined };

/** The members that a route can demand of a code. */
export interface OtpRequirement extends Requirement<RecipientClaim> {
  /** The challenge must have been sent for this purpose. @default any purpose */
  readonly purpose?: string | undefined;
  /** The challenge must have been sent to this phone number or address. On a route, a function of the request works, too. @default any recipient */
  readonly recipient?: string | undefined;
}

/** A *yes* to a code. The claim says what the recipient is: `phone_verified` or `email_verified`. */
export interface OtpVerdict extends AcceptedVerdict<RecipientClaim> {
  /** The recipient of the code. Use this, not what the form says. Unknown where only a message id is verified. */
  readonly recipient: string | undefined;
}

/** A vendor's answer to a code. */
export type OtpAnswer = Answer<ExtrasOf<OtpVerdict>>;

/** A requirement, checked. */
export interface OtpCheck extends Check {
  readonly purpose: string | undefined;
  /** In its canonical form. */
  readonly recipient: string | undefined;
}

/** A code to send. */
export interface OtpMessage {
  /** A phone number with its country code (`+45 20 12 34 56`) or an e-mail address, as a person writes it. */
  readonly to: string;
  /** The purpose of the code, which a route may demand. @default none */
  readonly purpose?: string | undefined;
  /** The time for which the code can be used. @default `validFor` of the options */
  readonly validFor?: Duration | undefined;
  /** Names who asks for the code, such as a session or an account. Each has limits and challenges of its own. @default nobody */
  readonly requester?: string | undefined;
  /** A code of your own, 4 to 10 letters and digits. The library verifies it, and the vendor only delivers it. @default the vendor's code */
  readonly code?: string | undefined;
}

/** A request to a vendor: a POST of JSON, whose headers {@link OtpProvider.headers} gives. */
export interface OtpRequest {
  readonly path: string;
  readonly body: object;
}

/** A code on its way. The challenge id may go to the browser: it tells nothing about the message or the person. */
export interface OtpChallenge<Channel extends string = string> {
  readonly challengeId: string;
  /** The first channel of the code; the vendor may fall back to another channel. */
  readonly channel: Channel;
  readonly expiresAt: Date;
}
