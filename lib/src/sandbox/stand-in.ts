import { refusal, type ApiRequest } from './http/api-request.js';
import { isFromForeignPage } from './http/loopback.js';
import type { Reply } from './http/reply.js';

/** An answer to a widget on the application's page: readable by pages of this machine, refused to any other page. */
export function toLocalPage({ headers }: ApiRequest, answer: () => Reply): Reply {
  if (isFromForeignPage(headers)) return refusal(403, 'forbidden_origin', 'For pages of this machine only.');
  const reply = answer();
  const { origin } = headers;
  const cors = origin === undefined ? {} : { 'access-control-allow-origin': origin };
  return { ...reply, headers: { ...reply.headers, ...cors, vary: 'Origin' } };
}
