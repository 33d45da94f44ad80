import { Inject, Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { attest, demandedClaims, evidenceField, HttpVerificationProvider } from 'nestjs-verification';
import { member, refuse, type AcceptedVerdict, type Answer, type EvidenceSource } from 'nestjs-verification';
import type { ProviderReply, Question, Requirement, WireRequest } from 'nestjs-verification';

type Claim = 'member_verified';
type Pass = { readonly pass: string };

@Injectable()
export class AcmeService extends HttpVerificationProvider<Pass, Requirement<Claim>, AcceptedVerdict<Claim>> {
  readonly name = 'acme';
  protected readonly evidenceShapes = [['pass']] as const;
  protected readonly endpoint: { readonly baseUrl: string };
  private readonly key: string;

  constructor(@Inject(ConfigService) config: ConfigService) {
    super();
    this.endpoint = { baseUrl: config.get('ACME_BASE_URL', 'https://api.acme.example') };
    this.key = config.getOrThrow('ACME_KEY'); // stops the boot where it is missing
  }

  readEvidence({ body }: EvidenceSource): unknown {
    return { pass: evidenceField(body, 'acme_pass') }; // where the browser puts it; checked before it is used
  }

  protected compile({ claims }: Requirement<Claim>): Question {
    const supports = (claim: string): boolean => claim === 'member_verified';
    const hint = `Write claims: ['member_verified'], or leave it out.`;
    const known = { provider: this.name, defaults: ['member_verified'], supports, hint };
    return { claims: demandedClaims(claims, known) };
  }

  protected request({ pass }: Pass): WireRequest {
    const path = `${this.client.basePath}/passes/check`;
    const headers = { 'content-type': 'application/json', 'x-acme-key': this.key };
    return { method: 'POST', path, headers, body: JSON.stringify({ pass }), repeatable: false };
  }

  protected read(reply: ProviderReply): Answer {
    const known = reply.body && member(reply.body, 'member');
    if (known === true) return attest(['member_verified'], {});
    if (known === false) return refuse('not_verified');
    throw this.protocolError(reply, 'says neither member nor stranger');
  }
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    acme: AcmeService;
  }
}
