import { randomInt } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { asObject, member, parseObject, type JsonObject } from '../../wire/json.js';
import type { Reply } from '../http/reply.js';
import { engagelabError } from './engagelab-error.js';

const PHONE = /^\+[1-9]\d{6,14}$/;
/** The codes that a template can have. */
export const CODE = /^[0-9A-Za-z]{4,10}$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;
const LANGUAGES: ReadonlySet<unknown> = new Set(['default', 'zh_CN', 'zh_HK', 'en', 'ja', 'th', 'es']);

/** One message the sandbox "sent", with the code a phone would show. */
export interface EngageLabMessage {
  readonly messageId: string;
  readonly to: string;
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A 19-digit id, larger than a JavaScript number can hold, as in EngageLab's example. */
export function newMessageId(): string {
  const digits = [randomInt(1e9), randomInt(1e9)].map(part => String(part).padStart(9, '0'));
  return `1${digits.join('')}`;
}

function newCode(): string {
  return String(randomInt(1e6)).padStart(6, '0');
}

/** Reads the message of `POST /v1/messages`, or returns the error for its body. `POST /v1/codes` brings the code itself. */
export function parseMessageRequest(
  body: string,
  bringsCode: boolean,
): { to: string; channel: 'sms' | 'email'; code: string } | Reply {
  const request = parseObject(body);
  if (!request) return engagelabError(3001);
  const code = bringsCode ? member(request, 'code') : newCode();
  if (code === undefined) return engagelabError(3002);
  if (typeof code !== 'string') return engagelabError(3001);
  if (!CODE.test(code)) return engagelabError(3002);
  const to = member(request, 'to');
  const template = member(request, 'template');
  if (to === undefined || template === undefined) return engagelabError(3002);
  const parsed = asObject(template);
  if (typeof to !== 'string' || !parsed) return engagelabError(3001);
  const channel = PHONE.test(to) ? 'sms' : EMAIL.test(to) ? 'email' : undefined;
  return templateError(parsed) ?? (channel ? { to, channel, code } : engagelabError(3002));
}

function templateError(template: JsonObject): Reply | undefined {
  const id = member(template, 'id');
  if (id === undefined) return engagelabError(3002);
  if (typeof id !== 'string') return engagelabError(3001);
  if (!LANGUAGES.has(member(template, 'language') ?? 'default')) return engagelabError(3002);
  const params = asObject(member(template, 'params') ?? {});
  if (!params) return engagelabError(3001);
  if (!Object.values(params).every(value => typeof value === 'string')) return engagelabError(3002);
  return id === DEMO_CREDENTIALS.engagelab.templateId ? undefined : engagelabError(4001);
}
