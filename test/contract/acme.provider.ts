import { Injectable } from '@nestjs/common';
import {
  attest,
  demandedClaims,
  evidenceField,
  HttpVerificationProvider,
  member,
  refuse,
  type AcceptedVerdict,
  type Answer,
  type EvidenceSource,
  type ProviderReply,
  type Question,
  type Requirement,
  type WireRequest,
} from 'nestjs-verification';

type AcmeEvidence = { readonly pass: string };
type AcmeRequirement = Requirement<'member_verified'>;
type AcmeVerdict = AcceptedVerdict<'member_verified'>;

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    acme: AcmeService;
  }
}

/** An API that does not exist, written as an application would write it: it trusts the status to be checked. */
export abstract class AcmeService extends HttpVerificationProvider<
  AcmeEvidence,
  AcmeRequirement,
  AcmeVerdict
> {
  readonly name = 'acme';
  protected readonly evidenceShapes = [['pass']] as const;

  readEvidence({ body }: EvidenceSource): unknown {
    return { pass: evidenceField(body, 'acme_pass') };
  }

  protected compile({ claims }: AcmeRequirement): Question {
    return {
      claims: demandedClaims(claims, {
        provider: this.name,
        defaults: ['member_verified'],
        supports: claim => claim === 'member_verified',
        hint: `Write claims: ['member_verified'], or leave it out.`,
      }),
    };
  }

  protected request({ pass }: AcmeEvidence): WireRequest {
    return {
      method: 'POST',
      path: `${this.client.basePath}/passes/check`,
      headers: { 'content-type': 'application/json', 'x-acme-key': ACME_KEY },
      body: JSON.stringify({ pass }),
      repeatable: false,
    };
  }

  // Naive on purpose: no look at the status, none at members that contradict the one it reads.
  protected read(reply: ProviderReply): Answer {
    const known = reply.body && member(reply.body, 'member');
    if (known === true) return attest(['member_verified'], {});
    if (known === false) return refuse('not_verified');
    throw this.protocolError(reply, 'says neither member nor stranger');
  }
}

/** Acme's credential. */
export const ACME_KEY = 'acme-canary-secret';

/** The provider at an address, ready for `customProviders`. */
export function acmeAt(baseUrl: string): new () => AcmeService {
  @Injectable()
  class AcmeAtAddress extends AcmeService {
    protected readonly endpoint = { baseUrl };
  }
  return AcmeAtAddress;
}
