import { reject, type Rejection } from '../../contract/answer.js';
import {
  ConfigurationError,
  ProviderRefusedError,
  ProviderUnavailableError,
  RecipientLimitedError,
  RecipientRejectedError,
  type VerificationError,
} from '../../errors/verification.error.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { member, type JsonObject } from '../../wire/json.js';
import { undocumented } from '../undocumented.js';
import type { OtpRequest } from '../otp/otp.types.js';
import type { EngageLabOtpChallenge, EngageLabOtpMessage } from './engagelab.types.js';

const NAME = 'engagelab';

/** Codes that a person has to mend, and what the documentation says they mean. */
const REFUSALS: Readonly<Record<number, string>> = {
  2001: 'the credentials are wrong: check providers.engagelab.devKey and devSecret',
  2002: 'the credentials have expired or are disabled',
  2004: 'the credentials may not call this API: is the key for sending only, for verifying only, or for other IP addresses?',
  5014: 'the content of the template is against the policy',
  5017: 'the account may not send there: apply to EngageLab for the permission',
};

/**
 * Codes of `/v1/messages` that concern the recipient, and nobody else: no number (5011), unreachable (5012), blocked
 * (5013), intercepted (5015), phone off (5018), unsubscribed (5019), not registered (5020).
 */
const RECIPIENT_CODES = new Set([5011, 5012, 5013, 5015, 5018, 5019, 5020]);

/** Codes of `/v1/messages` that may be over in a moment: a failure to send (5001), an internal one (5016). */
const TRANSIENT_CODES = new Set([5001, 5016]);

const CHANNELS = ['whatsapp', 'sms', 'email', 'voice'] as const;

/** The headers of every call: `Basic base64(dev_key:dev_secret)`. */
export function otpHeaders(devKey: string, devSecret: string): WireRequest['headers'] {
  const credentials = Buffer.from(`${devKey}:${devSecret}`).toString('base64');
  return {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
}

/** Reads a reply of `POST /v1/verifications`. */
export function readVerification(
  reply: ProviderReply,
  messageId: string,
  verifyCode: string,
): true | Rejection {
  const { status, body } = reply;
  if (status === 200 && body) {
    if (member(body, 'message_id') !== messageId || member(body, 'verify_code') !== verifyCode) {
      throw unknown(status, 'is about another message');
    }
    const verified = member(body, 'verified');
    if (verified === true) return true;
    if (verified === false) return reject('wrong_code');
    throw unknown(status, 'says neither true nor false');
  }
  const code = errorCode(reply);
  switch (code) {
    case 3003:
      return reject('expired_or_replayed', { code });
    case 4001:
      return reject('unknown_evidence', { code });
    case 3001:
    case 3002:
      return reject('malformed_evidence', { code });
    default:
      throw failure(status, code);
  }
}

/** `POST /v1/verifications`. */
export function verificationRequest(messageId: string, verifyCode: string): OtpRequest {
  return { path: '/v1/verifications', body: { message_id: messageId, verify_code: verifyCode } };
}

/**
 * `POST /v1/messages`, or `POST /v1/codes` for a code of the application's own.
 * @throws ConfigurationError when the template cannot be one.
 */
export function messageRequest({
  to,
  templateId,
  language = 'default',
  params = {},
  code,
}: EngageLabOtpMessage): OtpRequest {
  if (typeof templateId !== 'string' || templateId === '' || templateId.length > 128) {
    throw new ConfigurationError('"templateId" of send() must be 1 to 128 characters.', NAME);
  }
  const template = { id: templateId, language, params };
  return code === undefined
    ? { path: '/v1/messages', body: { to, template } }
    : { path: '/v1/codes', body: { to, code, template } };
}

/** Reads a reply of `POST /v1/messages`. */
export function readMessage(reply: ProviderReply): {
  messageId: string;
  channel: EngageLabOtpChallenge['channel'];
} {
  const { status, body } = reply;
  if (status === 200 && body) {
    const messageId = member(body, 'message_id');
    if (typeof messageId !== 'string' || !/^[\w-]{1,128}$/.test(messageId))
      throw unknown(status, 'names no message');
    if (typeof member(body, 'code') === 'number') throw unknown(status, 'has the code of an error as well');
    return { messageId, channel: channelOf(body) };
  }
  const code = errorCode(reply);
  if (code === 3004)
    throw new RecipientLimitedError(NAME, '"engagelab" sent this recipient a code that is still good (3004)');
  if (TRANSIENT_CODES.has(code))
    throw new ProviderUnavailableError(NAME, `"engagelab" could not send the code (${String(code)})`);
  if (RECIPIENT_CODES.has(code)) {
    throw new RecipientRejectedError(
      NAME,
      `"engagelab" cannot send a code to this recipient (${String(code)})`,
    );
  }
  throw failure(status, code);
}

function channelOf(body: JsonObject): EngageLabOtpChallenge['channel'] {
  const sent = member(body, 'send_channel');
  return CHANNELS.find(channel => channel === sent) ?? 'unknown';
}

function errorCode({ status, body }: ProviderReply): number {
  const code = body && member(body, 'code');
  if (status < 400 || typeof code !== 'number' || !Number.isInteger(code))
    throw unknown(status, 'is not documented');
  return code;
}

function failure(status: number, code: number): VerificationError {
  const meaning = REFUSALS[code];
  if (meaning !== undefined)
    return new ProviderRefusedError(NAME, `"engagelab" answered ${String(code)}: ${meaning}`);
  if (code >= 3000 && code < 6000) {
    return new ProviderRefusedError(
      NAME,
      `"engagelab" refuses the request (${String(code)}): check the template and its parameters`,
    );
  }
  return unknown(status, 'has a code that is not documented');
}

function unknown(status: number, what: string): VerificationError {
  return undocumented(NAME, status, what);
}
