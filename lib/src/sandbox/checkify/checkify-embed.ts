import type { EmulatorOptions } from '../emulator.js';
import { refusal, type ApiRequest } from '../http/api-request.js';
import { json, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { toLocalPage } from '../stand-in.js';
import { qrUrl } from './checkify-browser.js';
import { checkifyError } from './checkify-error.js';
import { answerAs } from './checkify-phone.js';
import { isRequestType, stateOf, type CheckifySession } from './checkify-session.js';
import { isAllowedSite, type CheckifySite } from './checkify-site.js';

/**
 * Answers the script that stands in for Checkify's embed. The real embed calls `/v1`. The stand-in has its own routes,
 * because a page that polls would use up the faults that are meant for the server's calls.
 */
export function replyToEmbed(
  request: ApiRequest,
  site: CheckifySite,
  options: EmulatorOptions,
): Reply | undefined {
  if (request.segments[0] !== 'embed') return undefined;
  return toLocalPage(request, () => reply(request, site, options));
}

function reply(request: ApiRequest, site: CheckifySite, options: EmulatorOptions): Reply {
  const now = options.now();
  if (match(request, 'POST /embed/sessions')) {
    const requestType = request.query.get('request_type') ?? '';
    if (!isRequestType(requestType)) {
      return refusal(400, 'invalid', 'request_type must be human or age_over_N with N from 10 to 110.');
    }
    const page = request.query.get('page') ?? '';
    return view(site.start(requestType, now, isAllowedSite(page) ? page : undefined), options);
  }
  const [requestId = ''] =
    match(request, 'GET /embed/sessions/*') ?? match(request, 'POST /embed/sessions/*') ?? [];
  const session = site.byRequestId(requestId);
  if (!session) return checkifyError('result_not_found');
  if (request.method === 'POST') answerAs(session, request.query.get('as') ?? '', now);
  return view(session, options);
}

function view(session: CheckifySession, options: EmulatorOptions): Reply {
  const { requestId, requestType } = session;
  const state = stateOf(session, options.now());
  return json(200, { requestId, requestType, state, qrUrl: qrUrl(options.baseUrl, session) });
}
