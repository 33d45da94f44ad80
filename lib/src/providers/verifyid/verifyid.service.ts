import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Answer, Rejection } from '../../contract/answer.js';
import type { AgeClaim } from '../../contract/claim.js';
import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict } from '../../contract/verdict.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import type { Check } from '../check.js';
import { demandedClaims } from '../claims.js';
import { DeclaredEvidence, inBody, inQuery } from '../declared-evidence.js';
import { HttpProvider } from '../http.provider.js';
import { credential } from '../provider.options.js';
import { VerifyIdOptions } from './verifyid.options.js';
import {
  authCheckRequest,
  isVerifyIdClaim,
  readAuthCheck,
  readGeneratedUrl,
  startRequest,
  type VerifyIdAge,
  type VerifyIdStartRequest,
} from './verifyid.wire.js';

/** The claims that VerifyID attests: 16 and 18, and every lower threshold with them. */
export type VerifyIdClaim = 'age_over_16' | 'age_over_18' | AgeClaim<1, 18>;

/** The `token_age_verified` of the return URL, and the device that started the login. */
export type VerifyIdEvidence = { readonly token: string; readonly deviceId: string };

/** The members that a route can demand of VerifyID; the claims have no default, because 16 or 18 must be said. */
export interface VerifyIdRequirement extends Requirement<VerifyIdClaim> {
  readonly claims: readonly VerifyIdClaim[];
}

/** VerifyID's *yes*. */
export interface VerifyIdVerdict extends AcceptedVerdict<VerifyIdClaim> {
  /** The documented threshold the person is over; not the person's age. */
  readonly age: VerifyIdAge;
}

/** A login to send the person to. */
export interface VerifyIdStart {
  readonly url: string;
  /** A UUID4 made here. Keep it in the person's session, and never take it from the browser: `auth_check` needs no key. */
  readonly deviceId: string;
}

const inBodyOrQuery = (name: string) => [...inBody(name), ...inQuery(name)];

/** VerifyID.dk: a person logs in with MitID or BankID and shows to be over 16 or 18. */
@Injectable()
export class VerifyIdService extends HttpProvider<VerifyIdEvidence, VerifyIdRequirement, VerifyIdVerdict> {
  static readonly Options = VerifyIdOptions;
  readonly name = 'verifyid';
  readonly evidence = new DeclaredEvidence<VerifyIdEvidence>(
    {
      // Both become part of a path.
      token: { fields: [...inBodyOrQuery('token_age_verified'), ...inBodyOrQuery('token')], maxLength: 2048 },
      deviceId: { fields: inBodyOrQuery('device_id'), maxLength: 128 },
    },
    [['token', 'deviceId']],
  );

  constructor(@Inject(VerifyIdOptions) private readonly options: VerifyIdOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://app.verifyid.dk', http: this.options.http };
  }

  protected override get accountCredentials() {
    return [this.options.pluginKey];
  }

  /**
   * Starts a MitID or BankID login (`GET /api/url_generator_…`), for a device id made here.
   * @throws ProviderRefusedError when VerifyID does not know the plugin key or the domain.
   */
  async start(request: VerifyIdStartRequest): Promise<VerifyIdStart> {
    const pluginKey = credential(this.name, 'pluginKey', this.options.pluginKey, VerifyIdOptions);
    const deviceId = randomUUID();
    const url = await this.call(startRequest(pluginKey, deviceId, request), reply =>
      readGeneratedUrl(reply, this.endpoint.baseUrl),
    );
    return { url, deviceId };
  }

  describe({ claims }: VerifyIdRequirement): Check {
    return {
      claims: demandedClaims(claims, {
        provider: this.name,
        defaults: undefined,
        supports: isVerifyIdClaim,
        hint: `Write claims: ['age_over_16'] or ['age_over_18']; a login shows these two, and every lower threshold.`,
      }),
    };
  }

  protected request(_: Check, { token, deviceId }: VerifyIdEvidence): WireRequest | Rejection {
    return authCheckRequest(token, deviceId);
  }

  protected read(reply: ProviderReply, { claims }: Check): Answer<{ age: VerifyIdAge }> {
    return readAuthCheck(reply, claims);
  }
}
