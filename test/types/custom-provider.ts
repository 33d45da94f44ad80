// Compiled by `npm run typecheck`: a provider of the application in the same decorator. Never run.
import {
  RequireVerification,
  Verified,
  VerificationModule,
  VerificationService,
  type AcceptedVerdict,
  type AcceptedVerdictOf,
  type ClaimOf,
} from 'nestjs-verification';
import {
  type Answer,
  attest,
  type Check,
  DeclaredEvidence,
  inBody,
  ProviderOptions,
  type Requirement,
  VerificationProvider,
} from 'nestjs-verification/provider';

interface TicketVerdict extends AcceptedVerdict<'ticket_valid'> {
  readonly seat: string;
}
interface TicketRequirement extends Requirement<'ticket_valid'> {
  readonly gate?: string;
}

export class TicketService extends VerificationProvider<
  { ticket: string },
  TicketRequirement,
  TicketVerdict
> {
  readonly name = 'acme-ticket';
  readonly evidence = new DeclaredEvidence<{ ticket: string }>({ ticket: { fields: inBody('ticket') } }, [
    ['ticket'],
  ]);
  override readonly requirementMembers = ['gate'];
  describe(): Check {
    return { claims: ['ticket_valid'] };
  }
  async ask(): Promise<Answer<{ seat: string }>> {
    return attest(['ticket_valid'], { seat: 'A1' });
  }
}

export class Incomplete extends VerificationProvider<{ ticket: string }, TicketRequirement, TicketVerdict> {
  readonly name = 'incomplete';
  readonly evidence = new DeclaredEvidence<{ ticket: string }>(
    // @ts-expect-error -- not a member of the evidence
    { code: {} },
    [['ticket']],
  );
  describe(): Check {
    return { claims: [] };
  }
  // @ts-expect-error -- what the verdict promises is missing
  async ask(): Promise<Answer<{ row: string }>> {
    return attest(['ticket_valid'], { row: '1' });
  }
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    'acme-ticket': TicketService;
  }
}

export class Gate {
  @RequireVerification('acme-ticket')
  @RequireVerification('acme-ticket', { gate: 'north', claims: ['ticket_valid'] })
  @RequireVerification('acme-ticket', { evidence: () => ({ ticket: 'T' }) })
  enter(@Verified('acme-ticket') verified: TicketVerdict): string {
    return verified.seat;
  }

  // @ts-expect-error -- a claim of another provider
  @RequireVerification('acme-ticket', { claims: ['human_verified'] })
  wrongClaim(): void {}

  // @ts-expect-error -- the evidence of another provider
  @RequireVerification('acme-ticket', { evidence: () => ({ token: 'T' }) })
  wrongEvidence(): void {}
}

export async function check(service: VerificationService): Promise<string | undefined> {
  const verdict = await service.verify('acme-ticket', { ticket: 'T' }, { gate: 'north' });
  const claim: ClaimOf<'acme-ticket'> = 'ticket_valid';
  const accepted: AcceptedVerdictOf<'acme-ticket'> | undefined =
    verdict.outcome === 'accepted' ? verdict : undefined;
  return accepted?.claims.includes(claim) === true ? accepted.seat : undefined;
}

class BoxOptions extends ProviderOptions {
  static readonly provider = 'box';
  static readonly environment = { key: ['BOX_KEY'] };
  key!: string;
}

export class BoxService extends TicketService {
  static readonly Options = BoxOptions;
  override readonly name = 'box' as never;
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    box: typeof BoxService;
  }
}

// What code leaves out comes from the environment.
VerificationModule.forRoot({
  customProviders: [BoxService],
  providers: { box: { baseUrl: 'https://a.example' } },
});
VerificationModule.forRoot({
  customProviders: [BoxService, TicketService],
  providers: { box: { key: 'k' } },
});

// @ts-expect-error -- an option of another type
VerificationModule.forRoot({ providers: { box: { key: 7 } } });

// @ts-expect-error -- an option that the class does not have
VerificationModule.forRoot({ providers: { box: { apiKey: 'k' } } });

// @ts-expect-error -- a provider without options
VerificationModule.forRoot({ providers: { 'acme-ticket': {} } });

VerificationModule.forRoot({
  customProviders: [
    // @ts-expect-error -- options that say nothing of their name and environment
    class extends TicketService {
      static Options = ProviderOptions;
    },
  ],
});

export class BoxGate {
  @RequireVerification('box', { gate: 'north' })
  enter(@Verified('box') verified: AcceptedVerdictOf<'box'>): string {
    return verified.seat;
  }
}
