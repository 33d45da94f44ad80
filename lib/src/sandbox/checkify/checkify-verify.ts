import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import type { ApiRequest } from '../http/api-request.js';
import type { RateLimiter } from '../http/rate-limit.js';
import type { Reply } from '../http/reply.js';
import { alreadyConsumed, checkifyError } from './checkify-error.js';
import { parseVerifyRequest, type CheckifyVerifyRequest } from './checkify-request.js';
import type { CheckifyResults } from './checkify-result.js';
import { RESULT_MAX_AGE_MS, SITE_ID, type CheckifySession } from './checkify-session.js';
import type { CheckifySite } from './checkify-site.js';

const REFERENCE = /^[\w.-]{1,200}$/;

/** `POST /v1/qr/results/verify`. It checks the caller first, then the body, then the session. */
export class CheckifyVerifyEndpoint {
  constructor(
    private readonly site: CheckifySite,
    private readonly results: CheckifyResults,
    private readonly limiter: RateLimiter,
    private readonly now: () => number,
  ) {}

  reply(request: ApiRequest): Reply {
    const refused = this.refuseCaller(request.headers.authorization);
    if (refused) return refused;
    const body = parseVerifyRequest(request.body);
    if ('errors' in body) return checkifyError('validation_errors', { validation_errors: body.errors });
    const reference = (body.requestId ?? body.token)?.trim();
    if (reference === undefined) return checkifyError('missing_required_field');
    if (!REFERENCE.test(reference)) return checkifyError('invalid_request_id');
    const session =
      body.requestId === undefined ? this.site.byPollToken(reference) : this.site.byRequestId(reference);
    return session ? this.judge(session, body) : checkifyError('result_not_found');
  }

  private refuseCaller(authorization: string | undefined): Reply | undefined {
    if (authorization === undefined) return checkifyError('missing_authorization');
    const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (key !== DEMO_CREDENTIALS.checkify.apiKey) return checkifyError('invalid_token');
    if (this.site.isKeyRevoked) return checkifyError('expired_token');
    if (this.site.isLocked) return checkifyError('business_not_operational');
    const seconds = this.limiter.exceeded();
    if (seconds === undefined) return undefined;
    return checkifyError('rate_limited', {}, { headers: { 'retry-after': String(seconds) } });
  }

  private judge(session: CheckifySession, required: CheckifyVerifyRequest): Reply {
    if (session.siteId !== SITE_ID) return checkifyError('verification_failed', { reason: 'other_site' });
    if (session.completedAt === undefined) return this.results.pending(session);
    if (session.consumed) return alreadyConsumed();
    const now = this.now();
    if (now - session.completedAt >= RESULT_MAX_AGE_MS) return checkifyError('result_expired');
    const missingClaims = required.requiredClaims.filter(claim => session.claims.get(claim) !== true);
    const missingFields = required.requiredFields.filter(field => !session.fields.includes(field));
    if (missingClaims.length > 0 || missingFields.length > 0) {
      return checkifyError('verification_failed', {
        ...(missingClaims.length > 0 && { missing_claims: missingClaims }),
        ...(missingFields.length > 0 && { missing_fields: missingFields }),
      });
    }
    session.consumed = required.consume;
    return this.results.confirmed(session, now);
  }
}
