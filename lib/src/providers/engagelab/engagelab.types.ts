import type { OtpChallenge, OtpMessage } from '../otp/otp.types.js';

/** A code that EngageLab is to send. */
export interface EngageLabOtpMessage extends OtpMessage {
  /** The id of your template in EngageLab's console. */
  readonly templateId: string;
  /** The language of the message. @default 'default' */
  readonly language?: 'default' | 'zh_CN' | 'zh_HK' | 'en' | 'ja' | 'th' | 'es';
  /** The values of the template's variables. @default none */
  readonly params?: Readonly<Record<string, string>>;
}

/** The channel by which EngageLab tries to send a code first. */
export type EngageLabOtpChannel = 'whatsapp' | 'sms' | 'email' | 'voice' | 'unknown';

/** A code on its way. The challenge id may go to the browser: it tells nothing about the message or the person. */
export type EngageLabOtpChallenge = OtpChallenge<EngageLabOtpChannel>;
