import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { wantsPage } from '../browser/page.js';
import type { EmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { json, text, type Reply } from '../http/reply.js';
import { routeOf } from '../http/route.js';
import { checkifyError } from './checkify-error.js';
import { answerAs, handOffUrl } from './checkify-phone.js';
import { isRequestType, type CheckifySession } from './checkify-session.js';
import { isAllowedSite, type CheckifySite } from './checkify-site.js';
import { phonePage } from './phone.page.js';

/** The page behind a session's QR code. */
export function qrUrl(baseUrl: string, session: CheckifySession): string {
  return `${baseUrl}/qr/${session.requestId}`;
}

/** Answers a custom front end (start and both poll endpoints) and the person's phone (the QR page). */
export function replyToBrowser(
  request: ApiRequest,
  site: CheckifySite,
  options: EmulatorOptions,
): Reply | undefined {
  const { query } = request;
  return routeOf<Reply>(request, {
    'GET /v1/qr/pass/*/start': passId => start(request, passId, site, options),
    'GET /v1/qr/status': () => status(site.byPollToken(query.get('token') ?? '')),
    'GET /v1/qr/status/request/*': requestId => {
      const session = site.byRequestId(requestId);
      return status(session?.statusToken === query.get('status_token') ? session : undefined);
    },
    'GET /qr/*': requestId => qrPage(request, site.byRequestId(requestId), options.now()),
  })?.();
}

function start(
  { headers, query }: ApiRequest,
  passId: string,
  site: CheckifySite,
  options: EmulatorOptions,
): Reply {
  if (passId !== DEMO_CREDENTIALS.checkify.passId) return checkifyError('pass_not_found');
  const siteUrl = headers.origin ?? headers['x-checkify-site-url'];
  if (typeof siteUrl !== 'string' || !isAllowedSite(siteUrl)) return checkifyError('domain_not_allowed');
  const requestType = query.get('request_type') ?? '';
  if (!isRequestType(requestType)) {
    const message = 'must be human or age_over_N with N from 10 to 110';
    return checkifyError('validation_errors', { validation_errors: [{ field: 'request_type', message }] });
  }
  const session = site.start(requestType, options.now(), siteUrl);
  return json(200, {
    success: true,
    request_id: session.requestId,
    qr_url: qrUrl(options.baseUrl, session),
    poll_token: session.pollToken,
    status_token: session.statusToken,
  });
}

function status(session: CheckifySession | undefined): Reply {
  if (!session) return checkifyError('result_not_found');
  const state = session.completedAt === undefined ? 'pending' : 'completed';
  return json(200, { success: true, request_id: session.requestId, status: state });
}

function qrPage(request: ApiRequest, session: CheckifySession | undefined, now: number): Reply {
  const person = request.query.get('approve');
  if (session && person !== null) answerAs(session, person === 'yes' ? 'asked' : person, now);
  if (wantsPage(request)) return phonePage(session, now);
  if (!session) return text(404, 'Checkify sandbox: no such session.');
  if (session.completedAt === undefined) {
    return text(200, 'Checkify sandbox: add ?approve=yes to this address to approve as the person would.');
  }
  const page = handOffUrl(session);
  return text(200, `Checkify sandbox: approved. Go back${page ? ` to ${page}` : ''} and submit the form.`);
}
