import { randomBytes } from 'node:crypto';
import { parseObject, stringMember } from '../../wire/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { Emulator, EmulatorOptions } from '../emulator.js';
import { refusal, type ApiRequest } from '../http/api-request.js';
import { json, notFound, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { SandboxError } from '../sandbox.error.js';
import { toLocalPage } from '../stand-in.js';

/** The parts of an answer that depend on the page and the person. `undefined` leaves one out of the answer. */
export interface CaptchaToken {
  /** @default the host name of the page with the widget, else `localhost` */
  readonly hostname?: string | undefined;
  readonly action?: string | undefined;
  readonly score?: number | undefined;
}

/** A token that a widget got. */
interface IssuedToken {
  readonly says: CaptchaToken;
  readonly issuedAt: number;
  expiresAt: number;
  /** The request that used it up; empty if that request had no name. */
  usedBy?: string;
}

/** The rules of one captcha API. */
export interface CaptchaApi {
  /** The path of the verification, without a leading slash. */
  readonly path: string;
  readonly siteKey: string;
  /** The life of a token in milliseconds. */
  readonly lifetimeMs: number;
  /** Verifications may be JSON, besides forms. */
  readonly takesJson?: boolean;
}

/** An API that issues tokens to widgets and verifies each once. `K` are the members that its answers can have. */
export abstract class CaptchaEmulator<
  K extends keyof CaptchaToken = keyof CaptchaToken,
  A extends CaptchaApi = CaptchaApi,
> implements Emulator {
  private readonly tokens = new BoundedMap<string, IssuedToken>();

  constructor(
    private readonly options: EmulatorOptions,
    protected readonly api: A,
  ) {}

  /** A token as the widget writes it into the form. */
  issueToken(says?: Pick<CaptchaToken, K>): string {
    const token = `sandbox_${randomBytes(24).toString('base64url')}`;
    const issuedAt = this.options.now();
    const expiresAt = issuedAt + this.api.lifetimeMs;
    this.tokens.set(token, { says: { hostname: 'localhost', ...says }, issuedAt, expiresAt });
    return token;
  }

  /** Ends the lifetime of a token now. */
  expire(token: string): void {
    const issued = this.tokens.get(token);
    if (!issued) throw new SandboxError('not_found', 'No widget got this token.');
    issued.expiresAt = this.options.now();
  }

  /** Answers one call of the API; the sandbox's server calls it. */
  reply(request: ApiRequest): Reply {
    if (match(request, `POST /${this.api.path}`)) return this.verify(request, this.fieldsOf(request));
    if (match(request, 'POST /widget/tokens')) return toLocalPage(request, () => this.solved(request));
    return notFound();
  }

  /** Answers a verification with these fields. */
  protected abstract verify(request: ApiRequest, field: (name: string) => string): Reply;

  /** Uses a token up for the request of this name, or says why not. A repeated request gets the same token again. */
  protected redeem(response: string, request = ''): IssuedToken | 'unknown' | 'used' | 'expired' {
    const issued = this.tokens.get(response);
    if (!issued) return 'unknown';
    if (issued.usedBy !== undefined) return request !== '' && issued.usedBy === request ? issued : 'used';
    if (this.options.now() >= issued.expiresAt) return 'expired';
    issued.usedBy = request;
    return issued;
  }

  private solved({ query, headers: { origin } }: ApiRequest): Reply {
    if ((query.get('sitekey') ?? this.api.siteKey) !== this.api.siteKey)
      return refusal(404, 'unknown_sitekey', 'No site has this site key.');
    const page = origin === undefined ? {} : { hostname: new URL(origin).hostname };
    const token = this.issueToken({ ...page, ...saidIn(query) });
    return json(200, { token, expiresInMs: this.api.lifetimeMs });
  }

  private fieldsOf({ headers, body }: ApiRequest): (name: string) => string {
    if (!this.api.takesJson || headers['content-type']?.startsWith('application/json') !== true) {
      const form = new URLSearchParams(body);
      return name => form.get(name) ?? '';
    }
    const object = parseObject(body) ?? {};
    return name => stringMember(object, name) ?? '';
  }
}

/** Reads from the query of a request what its token is to say. */
export function saidIn(query: URLSearchParams): CaptchaToken {
  const members = [...query].filter(([name]) => ['hostname', 'action', 'score'].includes(name));
  return Object.fromEntries(members.map(([name, text]) => [name, name === 'score' ? Number(text) : text]));
}
