import type { Emulator, LimitedEmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { notFound, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { SandboxError } from '../sandbox.error.js';
import { qrUrl, replyToBrowser } from './checkify-browser.js';
import { replyToEmbed } from './checkify-embed.js';
import { CheckifyResults } from './checkify-result.js';
import {
  approve,
  deny,
  RESULT_MAX_AGE_MS,
  type CheckifyApproval,
  type CheckifyRequestType,
  type CheckifySession,
} from './checkify-session.js';
import { ALLOWED_DOMAINS, CheckifySite, isAllowedSite } from './checkify-site.js';
import { CheckifyVerifyEndpoint } from './checkify-verify.js';

/** The references of a session that was just started. */
export interface StartedCheckifySession {
  readonly requestId: string;
  readonly pollToken: string;
  readonly statusToken: string;
  readonly qrUrl: string;
}

/** Checkify: sessions that are started, approved, verified and consumed. */
export class CheckifyEmulator implements Emulator {
  private readonly site = new CheckifySite();
  private readonly verify: CheckifyVerifyEndpoint;

  /** PEM of the key that signs `signed_result`. */
  readonly publicKey: string;

  constructor(private readonly options: LimitedEmulatorOptions) {
    const results = new CheckifyResults();
    this.verify = new CheckifyVerifyEndpoint(this.site, results, options.limiter, options.now);
    this.publicKey = results.publicKey;
  }

  /** Starts a session as the embed does. `siteUrl` must be on an allowed domain. */
  start(
    options: {
      /** @default 'human' */
      requestType?: CheckifyRequestType;
      /** @default none */
      siteUrl?: string;
    } = {},
  ): StartedCheckifySession {
    if (options.siteUrl !== undefined && !isAllowedSite(options.siteUrl)) {
      throw new SandboxError('invalid', `siteUrl must be on one of: ${ALLOWED_DOMAINS.join(', ')}.`);
    }
    const session = this.site.start(options.requestType ?? 'human', this.options.now(), options.siteUrl);
    const { requestId, pollToken, statusToken } = session;
    return { requestId, pollToken, statusToken, qrUrl: qrUrl(this.options.baseUrl, session) };
  }

  /** The person approves in the app. The result is fresh from now on. */
  approve(requestId: string, approval: CheckifyApproval = {}): void {
    approve(this.session(requestId), this.options.now(), approval);
  }

  /** The person refuses in the app: the session is completed, and no claim of it is true. */
  deny(requestId: string): void {
    deny(this.session(requestId), this.options.now());
  }

  /** Ages the result beyond its lifetime. A pending session is completed first. */
  expire(requestId: string): void {
    this.completed(requestId).completedAt = this.options.now() - RESULT_MAX_AGE_MS;
  }

  /** Consumes the result as a verify call would. A pending session is completed first. */
  consume(requestId: string): void {
    this.completed(requestId).consumed = true;
  }

  /** Makes the session the result of another site than the API key's. */
  assignToOtherSite(requestId: string): void {
    this.session(requestId).siteId = 'site_of_someone_else';
  }

  /** Locks or reopens the business account. */
  lockBusiness(locked: boolean): void {
    this.site.isLocked = locked;
  }

  /** Revokes or restores the site API key. */
  revokeKey(revoked: boolean): void {
    this.site.isKeyRevoked = revoked;
  }

  /** Answers one call of the API; the sandbox's server calls it. */
  reply(request: ApiRequest): Reply {
    if (match(request, 'POST /v1/qr/results/verify')) return this.verify.reply(request);
    return (
      replyToBrowser(request, this.site, this.options) ??
      replyToEmbed(request, this.site, this.options) ??
      notFound()
    );
  }

  /** @internal The last sessions, newest first, for the console. */
  sessions(): readonly CheckifySession[] {
    return this.site.newest();
  }

  private session(requestId: string): CheckifySession {
    const session = this.site.byRequestId(requestId);
    if (!session) throw new SandboxError('not_found', 'No Checkify session has this request id.');
    return session;
  }

  private completed(requestId: string): CheckifySession {
    const session = this.session(requestId);
    if (session.completedAt === undefined) this.approve(requestId);
    return session;
  }
}
