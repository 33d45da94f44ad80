import { asset } from './browser/asset.js';
import { refusal, type ApiRequest } from './http/api-request.js';
import { isFromForeignPage } from './http/loopback.js';
import type { Reply } from './http/reply.js';

/**
 * A file of a widget, for pages of this machine. The files that all widgets share are below `/widget/`, the scripts of
 * one API below its name.
 */
export function widgetFile(request: ApiRequest): Reply | undefined {
  const [folder = '', file = ''] = request.segments;
  if (request.method !== 'GET' || request.segments.length !== 2) return undefined;
  const found = asset(folder === 'widget' ? `browser/widget/${file}` : `${folder}/browser/${file}`);
  return found && toLocalPage(request, () => found);
}

/** An answer for pages of this machine, such as the application's. Any other page is refused. */
export function toLocalPage({ headers }: ApiRequest, answer: () => Reply): Reply {
  if (isFromForeignPage(headers)) return refusal(403, 'forbidden_origin', 'For pages of this machine only.');
  const reply = answer();
  const { origin } = headers;
  const cors = origin === undefined ? {} : { 'access-control-allow-origin': origin };
  return { ...reply, headers: { ...reply.headers, ...cors, vary: 'Origin' } };
}
