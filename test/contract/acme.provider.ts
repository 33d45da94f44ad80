import { Inject, Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { AcceptedVerdict } from 'nestjs-verification';
import { attest, DeclaredEvidence, demandedClaims, HttpProvider, inBody } from 'nestjs-verification/provider';
import { member, reject, type Answer, type Check } from 'nestjs-verification/provider';
import type { ProviderReply, Requirement, WireRequest } from 'nestjs-verification/provider';

type Claim = 'member_verified';
type Pass = { readonly pass: string };

@Injectable()
export class AcmeService extends HttpProvider<Pass, Requirement<Claim>, AcceptedVerdict<Claim>> {
  readonly name = 'acme';
  // Where the browser puts it; it is cleaned before it is used.
  readonly evidence = new DeclaredEvidence<Pass>({ pass: { fields: inBody('acme_pass') } }, [['pass']]);
  protected readonly endpoint: { readonly baseUrl: string };
  private readonly key: string;

  constructor(@Inject(ConfigService) config: ConfigService) {
    super();
    this.endpoint = { baseUrl: config.get('ACME_BASE_URL', 'https://api.acme.example') };
    this.key = config.getOrThrow('ACME_KEY'); // stops the boot where it is missing
  }

  describe({ claims }: Requirement<Claim>): Check {
    const supports = (claim: string): boolean => claim === 'member_verified';
    const hint = `Write claims: ['member_verified'], or leave it out.`;
    const known = { provider: this.name, defaults: ['member_verified'], supports, hint };
    return { claims: demandedClaims(claims, known) };
  }

  protected request(_: Check, { pass }: Pass): WireRequest {
    const headers = { 'content-type': 'application/json', 'x-acme-key': this.key };
    const body = JSON.stringify({ pass });
    return { method: 'POST', path: '/passes/check', headers, body, repeatable: false };
  }

  protected read(reply: ProviderReply): Answer {
    const known = reply.body && member(reply.body, 'member');
    if (known === true) return attest(['member_verified'], {});
    if (known === false) return reject('not_verified');
    throw this.protocolError(reply, 'says neither member nor stranger');
  }
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    acme: AcmeService;
  }
}
