import { member, parseObject } from '../../wire/json.js';
import type { ApiRequest } from '../http/api-request.js';
import { mask } from './mask.js';

/** The masked credential of a call: it shows which key the application sent. */
export function credentialOf({ headers, body }: ApiRequest): string | undefined {
  const [scheme = '', value] = headers.authorization?.split(' ') ?? [];
  if (value !== undefined) return `${/^(Basic|Bearer)$/i.test(scheme) ? scheme : '…'} ${mask(value)}`;
  const key = headers['x-api-key'];
  if (typeof key === 'string') return `X-API-Key ${mask(key)}`;
  const secret = member(parseObject(body) ?? {}, 'secret') ?? new URLSearchParams(body).get('secret');
  return typeof secret === 'string' ? `secret ${mask(secret)}` : undefined;
}
