import { Inject, Injectable } from '@nestjs/common';
import type { Answer } from '../../contract/answer.js';
import { evidenceField, type EvidenceSource } from '../../contract/evidence.js';
import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict } from '../../contract/verdict.js';
import type { ProviderReply } from '../../http/provider.reply.js';
import type { WireRequest } from '../../http/wire.request.js';
import { HttpVerificationProvider } from '../http-verification.provider.js';
import { credential } from '../provider.options.js';
import { demandedClaims, type Question } from '../question.js';
import { HumanProofOptions } from './humanproof.options.js';
import { readSiteverify, siteverifyBodyHead } from './humanproof.wire.js';

/** The token that the widget writes into the form. */
export type HumanProofEvidence = { readonly token: string };

/** What a route demands of HumanProof. */
export type HumanProofRequirement = Requirement<'human_verified'>;

/** HumanProof's *yes*. */
export type HumanProofVerdict = AcceptedVerdict<'human_verified'>;

interface HumanProofQuestion extends Question {
  readonly bodyHead: string;
}

/** HumanProof: a proof-of-work widget, checked with siteverify. */
@Injectable()
export class HumanProofService extends HttpVerificationProvider<
  HumanProofEvidence,
  HumanProofRequirement,
  HumanProofVerdict,
  HumanProofQuestion
> {
  static readonly Options = HumanProofOptions;
  readonly name = 'humanproof';
  override readonly evidenceFields = ['humanproof-token'];
  protected readonly evidenceShapes = [['token']] as const;

  constructor(@Inject(HumanProofOptions) private readonly options: HumanProofOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://humanproof.eu', http: this.options.http };
  }

  readEvidence({ body }: EvidenceSource): unknown {
    return { token: evidenceField(body, 'humanproof-token') };
  }

  protected compile({ claims }: HumanProofRequirement): HumanProofQuestion {
    const secret = credential(this.name, 'secret', this.options.secret, HumanProofOptions);
    const demanded = demandedClaims(claims, {
      provider: this.name,
      defaults: ['human_verified'],
      supports: claim => claim === 'human_verified',
      hint: `Write claims: ['human_verified'], or leave it out.`,
    });
    return { claims: demanded, bodyHead: siteverifyBodyHead(secret) };
  }

  protected request({ token }: HumanProofEvidence, { bodyHead }: HumanProofQuestion): WireRequest {
    return {
      method: 'POST',
      path: `${this.client.basePath}/api/siteverify`,
      headers: HEADERS,
      body: `${bodyHead}${JSON.stringify(token)}}`,
      repeatable: false, // tokens are single-use, and there is no idempotency key
    };
  }

  protected read(reply: ProviderReply): Answer {
    return readSiteverify(reply);
  }
}

// Without Accept, a validation error may be answered with a redirect or a page.
const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };
