import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict } from '../../contract/verdict.js';
import type { Check } from '../check.js';

/** The code a person typed, and which code was asked for. */
export type EngageLabOtpEvidence =
  | { readonly challengeId: string; readonly verifyCode: string; readonly messageId?: undefined }
  /** For applications that keep the message id themselves. It must be their own state, never the browser's word. */
  | { readonly messageId: string; readonly verifyCode: string; readonly challengeId?: undefined };

/** The members that a route can demand of EngageLab OTP. */
export interface EngageLabOtpRequirement extends Requirement<'phone_verified'> {
  /** The challenge must have been sent for this purpose. */
  readonly purpose?: string | undefined;
  /** The challenge must have been sent to this phone number or address; on a route, also as a function of the request. */
  readonly recipient?: string | undefined;
}

/** The member of EngageLab's *yes* besides the claim. */
export interface EngageLabOtpExtras {
  /** The recipient of the code. Use this, not what the form says. Unknown where the application keeps the message id. */
  readonly recipient: string | undefined;
}

/** EngageLab's *yes*. */
export interface EngageLabOtpVerdict extends AcceptedVerdict<'phone_verified'>, EngageLabOtpExtras {}

/** A requirement, checked. */
export interface EngageLabOtpCheck extends Check {
  readonly purpose: string | undefined;
  readonly recipient: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** A code to send. */
export interface EngageLabOtpMessage {
  /** A phone number in E.164 form (`+4512345678`) or an e-mail address. */
  readonly to: string;
  readonly templateId: string;
  /** @default 'default' */
  readonly language?: 'default' | 'zh_CN' | 'zh_HK' | 'en' | 'ja' | 'th' | 'es';
  readonly params?: Readonly<Record<string, string>>;
  /** The purpose of the code; a route may demand it. */
  readonly purpose?: string;
}

/** A code on its way. The challenge id may go to the browser: it tells nothing about the message or the person. */
export interface EngageLabOtpChallenge {
  readonly challengeId: string;
  /** How the code travels first; EngageLab may fall back to another channel. */
  readonly channel: 'whatsapp' | 'sms' | 'email' | 'voice' | 'unknown';
  readonly expiresAt: Date;
}
