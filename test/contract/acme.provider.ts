import { Inject, Injectable } from '@nestjs/common';
import type { AcceptedVerdict } from 'nestjs-verification';
import { attest, DeclaredEvidence, demandedClaims, HttpProvider, inBody } from 'nestjs-verification/provider';
import { IsCredential, member, ProviderOptions, reject, type Credential } from 'nestjs-verification/provider';
import type { Answer, Check, ProviderReply, Requirement, WireRequest } from 'nestjs-verification/provider';

type Claim = 'member_verified';
type Pass = { readonly pass: string };

export class AcmeOptions extends ProviderOptions {
  static readonly provider = 'acme';
  static readonly environment = { key: ['ACME_KEY'], baseUrl: ['ACME_BASE_URL'] };
  @IsCredential() key!: Credential; // the boot stops where it is missing
}

@Injectable()
export class AcmeService extends HttpProvider<Pass, Requirement<Claim>, AcceptedVerdict<Claim>> {
  static readonly Options = AcmeOptions;
  readonly name = 'acme';
  readonly evidence = new DeclaredEvidence<Pass>({ pass: { fields: inBody('acme_pass') } }, [['pass']]);

  constructor(@Inject(AcmeOptions) private readonly options: AcmeOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://api.acme.example', http: this.options.http };
  }

  describe({ claims }: Requirement<Claim>): Check {
    const supports = (claim: string): boolean => claim === 'member_verified';
    const known = { defaults: ['member_verified'], supports, hint: "Write claims: ['member_verified']." };
    return { claims: demandedClaims(claims, { provider: this.name, ...known }) };
  }

  protected request(_: Check, { pass }: Pass, { key }: { key: string }): WireRequest {
    const headers = { 'content-type': 'application/json', 'x-acme-key': key };
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
    acme: typeof AcmeService;
  }
}
