import { randomUUID } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { BoundedMap } from '../bounded-map.js';
import { wantsPage } from '../browser/page.js';
import type { Emulator, ReturningEmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { json, notFound, text, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { isLoopback } from '../../wire/url.js';
import { SandboxError } from '../sandbox.error.js';
import { loginPage } from './login.page.js';
import {
  AGE_LIMITS,
  attest,
  isReturnUrl,
  newId,
  redirectUrl,
  type VerifyIdFlow,
  type VerifyIdMethod,
  type VerifyIdToken,
} from './verifyid-flow.js';

// The document says only "a short window".
const TOKEN_TTL_MS = 600_000;

/** Options of a login. */
export interface VerifyIdStart {
  readonly deviceId?: string;
  readonly returnUrl?: string;
  /** @default 'mitid' */
  readonly method?: VerifyIdMethod;
  /** @default 18 */
  readonly minimumAge?: number;
}

/** A login that nobody has finished, with the URL of its page. */
export type PendingLogin = VerifyIdFlow & { readonly url: string };

/** VerifyID.dk: logins that start with a URL, end with a redirect and are checked once. */
export class VerifyIdEmulator implements Emulator {
  private readonly flows = new BoundedMap<string, VerifyIdFlow>();
  private readonly tokens = new BoundedMap<string, VerifyIdToken>();

  constructor(private readonly options: ReturningEmulatorOptions) {}

  /** Starts a login as the URL generators do, for a page of any domain. */
  start(options: VerifyIdStart = {}): { url: string; deviceId: string } {
    const { deviceId = randomUUID(), returnUrl = 'http://localhost/' } = options;
    const { method = 'mitid', minimumAge = 18 } = options;
    if (!isReturnUrl(returnUrl))
      throw new SandboxError('invalid', 'returnUrl must be a complete http(s) URL.');
    const id = newId();
    const startedAt = this.options.now();
    this.flows.set(id, { id, deviceId, returnUrl, method, minimumAge, startedAt });
    return { url: this.urlOf(id), deviceId };
  }

  /**
   * A person of this age finishes the login of this URL, or the newest login of this device; `null` gives up. It
   * returns the token that the browser would bring back.
   */
  login(urlOrDeviceId: string, age: number | null): string {
    return this.finish(this.pending(urlOrDeviceId), age);
  }

  /** Like `login`, but returns the whole URL to which the browser would be sent. */
  loginRedirect(urlOrDeviceId: string, age: number | null): string {
    const flow = this.pending(urlOrDeviceId);
    return redirectUrl(flow, this.finish(flow, age));
  }

  /** Ends the lifetime of a token now. */
  expire(token: string): void {
    const login = this.tokens.get(token);
    if (!login) throw new SandboxError('not_found', 'No such VerifyID token, or it was used.');
    login.expiresAt = this.options.now();
  }

  /** Answers one call of the API; the sandbox's server calls it. */
  reply(request: ApiRequest): Reply {
    const mitid = match(request, 'GET /api/url_generator_s/*/*/*');
    if (mitid) return this.generateUrl(request, mitid, 'mitid');
    const bankid = match(request, 'GET /api/url_generator_bankid/*/*/*');
    if (bankid) return this.generateUrl(request, bankid, 'bankid');
    const checked = match(request, 'GET /api/auth_check/*/*');
    if (checked) return this.authCheck(checked);
    const visited = match(request, 'GET /verify/*');
    return visited ? this.loginPage(request, visited[0] ?? '') : notFound();
  }

  /** @internal The last logins that nobody has finished, newest first, for the console. */
  logins(): readonly PendingLogin[] {
    return this.flows.newest().map(flow => ({ ...flow, url: this.urlOf(flow.id) }));
  }

  private urlOf(flowId: string): string {
    return `${this.options.baseUrl}/verify/${flowId}`;
  }

  private generateUrl(
    request: ApiRequest,
    [pluginKey, deviceId = '', age = '']: string[],
    method: VerifyIdMethod,
  ): Reply {
    if (pluginKey !== DEMO_CREDENTIALS.verifyid.pluginKey) return json(403, { url: null });
    const returnUrl = request.query.get('domain') ?? '';
    if (!AGE_LIMITS.has(age) || !isReturnUrl(returnUrl)) return json(404, { url: null });
    if (!this.isVerified(new URL(returnUrl).hostname)) return json(403, { url: null });
    return json(200, { url: this.start({ deviceId, returnUrl, method, minimumAge: Number(age) }).url });
  }

  private isVerified(hostname: string): boolean {
    return this.options.verifiedDomains?.includes(hostname) ?? isLoopback(hostname);
  }

  private authCheck([token = '', deviceId]: string[]): Reply {
    const login = this.tokens.get(token);
    if (!login || login.deviceId !== deviceId) return json(404, { age: null });
    this.tokens.delete(token);
    const age = this.options.now() < login.expiresAt ? login.attestedAge : null;
    return json(age === null ? 404 : 200, { age });
  }

  private loginPage(request: ApiRequest, flowId: string): Reply {
    const flow = this.flows.get(flowId);
    const age = request.query.get('age');
    const isAnswered = age !== null && /^(none|\d{1,3})$/.test(age);
    if (wantsPage(request) && !(flow && isAnswered)) return loginPage(flow);
    if (!flow)
      return text(404, 'VerifyID sandbox: this login is over. Start again from the page that sent you here.');
    if (!isAnswered) {
      return text(200, 'VerifyID sandbox: add ?age=21 to log in as a person of 21, or ?age=none to give up.');
    }
    const token = this.finish(flow, age === 'none' ? null : Number(age));
    return text(302, 'VerifyID sandbox: logged in.', { location: redirectUrl(flow, token) });
  }

  private pending(urlOrDeviceId: string): VerifyIdFlow {
    const flow = this.flows
      .values()
      .findLast(({ id, deviceId }) => deviceId === urlOrDeviceId || urlOrDeviceId.endsWith(`/verify/${id}`));
    if (!flow) throw new SandboxError('not_found', 'No login is pending for this URL or device id.');
    return flow;
  }

  private finish(flow: VerifyIdFlow, age: number | null): string {
    const token = newId();
    this.flows.delete(flow.id);
    this.tokens.set(token, {
      deviceId: flow.deviceId,
      attestedAge: attest(age, flow.minimumAge),
      expiresAt: this.options.now() + TOKEN_TTL_MS,
    });
    return token;
  }
}
