import type { ApiRequest } from '../http/api-request.js';
import { member, parseObject } from '../../wire/json.js';
import { mask } from './mask.js';

/** The credential that came with a call, masked: which key an application sent is what one wants to know most often. */
export function credentialOf({ headers, body }: ApiRequest): string | undefined {
  const [scheme = '', value] = headers.authorization?.split(' ') ?? [];
  if (value !== undefined) return `${/^(Basic|Bearer)$/i.test(scheme) ? scheme : '…'} ${mask(value)}`;
  const secret = member(parseObject(body) ?? {}, 'secret');
  return typeof secret === 'string' ? `secret ${mask(secret)}` : undefined;
}
