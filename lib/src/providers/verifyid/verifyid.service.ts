import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { refuse, type Answer, type Refusal } from '../../contract/answer.js';
import type { AgeClaim } from '../../contract/claim.js';
import { evidenceField, type EvidenceSource } from '../../contract/evidence.js';
import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict } from '../../contract/verdict.js';
import { ConfigurationError } from '../../errors/verification.error.js';
import { expectKnownMembers } from '../../errors/known-members.js';
import type { ProviderReply } from '../../http/provider.reply.js';
import type { WireRequest } from '../../http/wire.request.js';
import { pathOf } from '../../wire/url.js';
import { HttpVerificationProvider } from '../http-verification.provider.js';
import { credential } from '../provider.options.js';
import { demandedClaims, type Question } from '../question.js';
import { VerifyIdOptions } from './verifyid.options.js';
import { isVerifyIdClaim, readAuthCheck, readGeneratedUrl, type VerifyIdAge } from './verifyid.wire.js';

/** What VerifyID attests: 16 and 18, and every lower threshold with them. */
export type VerifyIdClaim = AgeClaim<1, 18>;

/** The `token_age_verified` of the return URL, and the device that started the login. */
export type VerifyIdEvidence = { readonly token: string; readonly deviceId: string };

/** What a route demands of VerifyID; the claims have no default, because 16 or 18 must be said. */
export interface VerifyIdRequirement extends Requirement<VerifyIdClaim> {
  readonly claims: readonly VerifyIdClaim[];
}

/** VerifyID's *yes*. */
export interface VerifyIdVerdict extends AcceptedVerdict<VerifyIdClaim> {
  /** The documented threshold the person is over; not the person's age. */
  readonly age: VerifyIdAge;
}

/** How to start a login. */
export interface VerifyIdStartRequest {
  /** Where the person comes back to, with `token_age_verified` in the query, whatever the outcome. */
  readonly returnUrl: string;
  readonly minimumAge: VerifyIdAge;
  readonly method: 'mitid' | 'bankid';
}

/** A login to send the person to. */
export interface VerifyIdStart {
  readonly url: string;
  /** A UUID4 made here. Keep it in the person's session, and never take it from the browser: `auth_check` needs no key. */
  readonly deviceId: string;
}

const GENERATORS = { mitid: 'url_generator_s', bankid: 'url_generator_bankid' } as const;
const HEADERS = { accept: 'application/json', 'cache-control': 'no-store' };

/** VerifyID.dk: a person logs in with MitID or BankID and shows to be over 16 or 18. */
@Injectable()
export class VerifyIdService extends HttpVerificationProvider<
  VerifyIdEvidence,
  VerifyIdRequirement,
  VerifyIdVerdict
> {
  static readonly Options = VerifyIdOptions;
  readonly name = 'verifyid';
  override readonly evidenceFields = ['token_age_verified', 'token', 'device_id'];
  override readonly evidenceParameters = this.evidenceFields;
  protected readonly evidenceShapes = [['token', 'deviceId']] as const;

  constructor(@Inject(VerifyIdOptions) private readonly options: VerifyIdOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://app.verifyid.dk', http: this.options.http };
  }

  readEvidence({ body, query }: EvidenceSource): unknown {
    const field = (name: string): string | undefined =>
      evidenceField(body, name) ?? evidenceField(query, name);
    return { token: field('token_age_verified') ?? field('token'), deviceId: field('device_id') };
  }

  /**
   * Starts a MitID or BankID login (`GET /api/url_generator_…`), for a device id made here.
   * @throws ProviderRefusedError when VerifyID does not know the plugin key or the domain.
   */
  async start(request: VerifyIdStartRequest): Promise<VerifyIdStart> {
    expectKnownMembers(request, ['returnUrl', 'minimumAge', 'method'], 'start()', this.name);
    const { returnUrl, minimumAge, method } = request;
    const pluginKey = credential(this.name, 'pluginKey', this.options.pluginKey, VerifyIdOptions);
    const generator = Object.hasOwn(GENERATORS, method) ? GENERATORS[method] : undefined;
    if (generator === undefined) throw this.misuse(`"method" must be 'mitid' or 'bankid'`);
    if (![16, 18].includes(minimumAge)) throw this.misuse('"minimumAge" must be 16 or 18');
    if (!/^https?:/i.test(returnUrl) || !URL.canParse(returnUrl)) {
      throw this.misuse('"returnUrl" must be an absolute http(s) URL');
    }
    const deviceId = randomUUID();
    const path = pathOf(`${this.client.basePath}/api/${generator}`, pluginKey, deviceId, String(minimumAge));
    if (path === undefined) throw this.misuse('the plugin key cannot be part of a URL');
    const wireRequest = {
      method: 'GET',
      path: `${path}?domain=${encodeURIComponent(returnUrl)}`,
      headers: HEADERS,
      repeatable: false, // BankID records a billing event per start
    } as const;
    const url = await this.call(wireRequest, reply => readGeneratedUrl(reply, this.endpoint.baseUrl));
    return { url, deviceId };
  }

  protected compile({ claims }: VerifyIdRequirement): Question {
    return {
      claims: demandedClaims(claims, {
        provider: this.name,
        defaults: undefined,
        supports: isVerifyIdClaim,
        hint: `Write claims: ['age_over_16'] or ['age_over_18']; a login shows these two, and every lower threshold.`,
      }),
    };
  }

  protected request({ token, deviceId }: VerifyIdEvidence): WireRequest | Refusal {
    const path = pathOf(`${this.client.basePath}/api/auth_check`, token, deviceId);
    if (path === undefined) return refuse('malformed_evidence');
    return { method: 'GET', path, headers: HEADERS, repeatable: false }; // tokens are single-use
  }

  protected read(
    reply: ProviderReply,
    _: VerifyIdEvidence,
    { claims }: Question,
  ): Answer<{ age: VerifyIdAge }> {
    return readAuthCheck(reply, claims);
  }

  protected override recall(claims: readonly string[]): { age: VerifyIdAge } {
    return { age: claims.includes('age_over_18') ? 18 : 16 };
  }

  private misuse(what: string): ConfigurationError {
    return new ConfigurationError(`VerifyIdService.start(): ${what}.`, this.name);
  }
}
