import { Inject, Injectable } from '@nestjs/common';
import type { Answer } from '../../contract/answer.js';
import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict } from '../../contract/verdict.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import type { Check } from '../check.js';
import { demandedClaims } from '../claims.js';
import { DeclaredEvidence, inBody } from '../declared-evidence.js';
import { HttpProvider } from '../http.provider.js';
import { HumanProofOptions } from './humanproof.options.js';
import { readSiteverify, siteverifyRequest } from './humanproof.wire.js';

/** The token that the widget writes into the form. */
export type HumanProofEvidence = { readonly token: string };

/** HumanProof's *yes*. */
export type HumanProofVerdict = AcceptedVerdict<'human_verified'>;

/** HumanProof: a proof-of-work widget, checked with siteverify. */
@Injectable()
export class HumanProofService extends HttpProvider<
  HumanProofEvidence,
  Requirement<'human_verified'>,
  HumanProofVerdict
> {
  static readonly Options = HumanProofOptions;
  readonly name = 'humanproof';
  readonly evidence = new DeclaredEvidence<HumanProofEvidence>(
    { token: { fields: inBody('humanproof-token') } },
    [['token']],
  );

  constructor(@Inject(HumanProofOptions) private readonly options: HumanProofOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://humanproof.eu', http: this.options.http };
  }

  describe({ claims }: Requirement<'human_verified'>): Check {
    this.expectCredentials();
    const demanded = demandedClaims(claims, {
      provider: this.name,
      defaults: ['human_verified'],
      supports: claim => claim === 'human_verified',
      hint: `Write claims: ['human_verified'], or leave it out.`,
    });
    return { claims: demanded };
  }

  protected request(_: Check, { token }: HumanProofEvidence, { secret }: { secret: string }): WireRequest {
    return siteverifyRequest(secret, token);
  }

  protected read(reply: ProviderReply): Answer {
    return readSiteverify(reply);
  }
}
