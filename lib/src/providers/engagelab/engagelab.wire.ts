import { attest, reject, type Answer } from '../../contract/answer.js';
import {
  ProviderProtocolError,
  ProviderRateLimitedError,
  ProviderRefusedError,
  RecipientRejectedError,
} from '../../errors/verification.error.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { member, type JsonObject } from '../../wire/json.js';
import type { EngageLabOtpChallenge, EngageLabOtpMessage } from './engagelab.types.js';

const NAME = 'engagelab';

/** Codes that a person has to mend, and what the documentation says they mean. */
const REFUSALS: Readonly<Record<number, string>> = {
  2001: 'the credentials are wrong: check providers.engagelab.devKey and devSecret',
  2002: 'the credentials have expired or are disabled',
  2004: 'the credentials may not call this API',
};

/** Codes of `/v1/messages` that concern the recipient, and nobody else. */
const RECIPIENT_CODES = new Set([5011, 5012, 5013, 5017, 5019, 5020]);

const CHANNELS = ['whatsapp', 'sms', 'email', 'voice'] as const;

type Headers = Readonly<Record<string, string>>;

/** The headers of every call: `Basic base64(dev_key:dev_secret)`. */
export function otpHeaders(devKey: string, devSecret: string): Headers {
  const credentials = Buffer.from(`${devKey}:${devSecret}`).toString('base64');
  return {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
}

/** The code's form by template rules: 4 to 10 digits or letters. */
export function isVerifyCode(text: string): boolean {
  return /^[0-9A-Za-z]{4,10}$/.test(text);
}

/** Reads a reply of `POST /v1/verifications`. */
export function readVerification(reply: ProviderReply, messageId: string, verifyCode: string): Answer {
  const { status, body } = reply;
  if (status === 200 && body) {
    if (member(body, 'message_id') !== messageId || member(body, 'verify_code') !== verifyCode) {
      throw unknown(status, 'is about another message');
    }
    const verified = member(body, 'verified');
    if (verified === true) return attest(['phone_verified'], {});
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
export function verifyRequest(headers: Headers, messageId: string, verifyCode: string): WireRequest {
  return {
    method: 'POST',
    path: '/v1/verifications',
    headers,
    body: `{"message_id":${JSON.stringify(messageId)},"verify_code":${JSON.stringify(verifyCode)}}`,
    repeatable: false, // a repeat could burn the code, and there is no idempotency key
  };
}

/** `POST /v1/messages`. */
export function messageRequest(
  headers: Headers,
  { to, templateId, language = 'default', params = {} }: EngageLabOtpMessage,
): WireRequest {
  const body = JSON.stringify({ to, template: { id: templateId, language, params } });
  return { method: 'POST', path: '/v1/messages', headers, body, repeatable: false };
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
    return { messageId, channel: channelOf(body) };
  }
  const code = errorCode(reply);
  if (code === 3004)
    throw new ProviderRateLimitedError(NAME, '"engagelab" sent this recipient a code a moment ago (3004)');
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

function failure(status: number, code: number): ProviderRefusedError | ProviderProtocolError {
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

function unknown(status: number, what: string): ProviderProtocolError {
  return new ProviderProtocolError(NAME, `"engagelab" answered ${String(status)}, and the answer ${what}`);
}

/** An answer that cannot be read may be a *yes*; and a recipient who cannot be reached must not be asked about for free. */
export function mayHaveBeenSent(error: unknown): boolean {
  return error instanceof ProviderProtocolError || error instanceof RecipientRejectedError;
}
