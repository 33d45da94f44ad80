// Compiled by `npm run typecheck`: what cannot work does not compile. Never run.
import {
  RequireVerification,
  Verified,
  VerificationModule,
  VerificationService,
  type AcceptedVerdictOf,
  type CheckifyService,
  type CheckifyVerdict,
  type ClaimOf,
  type EngageLabOtpService,
  type EngageLabOtpVerdict,
  type EvidenceOf,
  type HumanProofService,
  type ProviderName,
  type RejectedVerdict,
  type VerificationEvent,
  type VerifyIdService,
  type VerifyIdVerdict,
} from 'nestjs-verification';

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- how the compiler tells types apart
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Holds<T extends true> = T;

export class Routes {
  @RequireVerification('checkify')
  @RequireVerification('checkify', {})
  @RequireVerification('checkify', { claims: ['human_verified', 'age_over_10', 'age_over_110'] })
  @RequireVerification('checkify', { fields: ['country'], consume: false })
  @RequireVerification('checkify', { evidence: () => ({ requestId: 'r' }) })
  @RequireVerification('checkify', { evidence: () => ({ token: 't' }) })
  @RequireVerification('checkify', { evidence: async () => undefined })
  @RequireVerification('humanproof')
  @RequireVerification('humanproof', { claims: ['human_verified'] })
  @RequireVerification('verifyid', { claims: ['age_over_16'] })
  @RequireVerification('verifyid', {
    claims: ['age_over_13'],
    evidence: () => ({ token: 't', deviceId: 'd' }),
  })
  @RequireVerification('engagelab')
  @RequireVerification('engagelab', { purpose: 'login', claims: ['phone_verified'] })
  @RequireVerification('engagelab', { evidence: () => ({ messageId: 'm', verifyCode: '1234' }) })
  works(@Verified() verified: CheckifyVerdict, @Verified('verifyid') age: VerifyIdVerdict): unknown {
    return [verified.signedResult, age.age];
  }

  // @ts-expect-error -- no such provider
  @RequireVerification('nobody')
  unknownProvider(): void {}

  // @ts-expect-error -- HumanProof attests no age
  @RequireVerification('humanproof', { claims: ['age_over_18'] })
  ageOfHumanProof(): void {}

  // @ts-expect-error -- 16 or 18 must be said
  @RequireVerification('verifyid')
  verifyIdWithoutRequirement(): void {}

  // @ts-expect-error -- 16 or 18 must be said
  @RequireVerification('verifyid', {})
  verifyIdWithEmptyRequirement(): void {}

  // @ts-expect-error -- a login shows 16 and 18
  @RequireVerification('verifyid', { claims: ['age_over_21'] })
  verifyIdOver21(): void {}

  // @ts-expect-error -- thresholds run from 10
  @RequireVerification('checkify', { claims: ['age_over_9'] })
  checkifyOver9(): void {}

  // @ts-expect-error -- thresholds run to 110
  @RequireVerification('checkify', { claims: ['age_over_111'] })
  checkifyOver111(): void {}

  // @ts-expect-error -- thresholds are whole
  @RequireVerification('checkify', { claims: ['age_over_18.5'] })
  checkifyOver18AndAHalf(): void {}

  // @ts-expect-error -- a claim of another provider
  @RequireVerification('checkify', { claims: ['phone_verified'] })
  phoneOfCheckify(): void {}

  // @ts-expect-error -- claims are a list
  @RequireVerification('checkify', { claims: 'human_verified' })
  claimsWithoutList(): void {}

  // @ts-expect-error -- a phone has no age
  @RequireVerification('engagelab', { claims: ['age_over_18'] })
  ageOfEngageLab(): void {}

  // @ts-expect-error -- HumanProof knows no fields
  @RequireVerification('humanproof', { fields: ['country'] })
  fieldsOfHumanProof(): void {}

  // @ts-expect-error -- VerifyID consumes always
  @RequireVerification('verifyid', { claims: ['age_over_18'], consume: false })
  consumeOfVerifyId(): void {}

  // @ts-expect-error -- a purpose is a matter of one-time codes
  @RequireVerification('checkify', { purpose: 'login' })
  purposeOfCheckify(): void {}

  // @ts-expect-error -- a misspelt member
  @RequireVerification('checkify', { claim: ['human_verified'] })
  misspelt(): void {}

  // @ts-expect-error -- the evidence of another provider
  @RequireVerification('checkify', { evidence: () => ({ deviceId: 'd' }) })
  evidenceOfAnother(): void {}

  // @ts-expect-error -- evidence is text
  @RequireVerification('humanproof', { evidence: () => ({ token: 7 }) })
  evidenceThatIsANumber(): void {}

  // @ts-expect-error -- evidence has names
  @RequireVerification('humanproof', { evidence: () => 'token' })
  evidenceWithoutName(): void {}

  // @ts-expect-error -- evidence is read by a function
  @RequireVerification('humanproof', { evidence: { token: 't' } })
  evidenceThatIsNoFunction(): void {}

  // @ts-expect-error -- no such provider
  unknownVerdict(@Verified('nobody') verified: unknown): unknown {
    return verified;
  }

  // @ts-expect-error -- a property is no handler
  @RequireVerification('checkify')
  property = (): string => 'not a route';
}

type BuiltIn = 'checkify' | 'engagelab' | 'humanproof' | 'verifyid';

export type Facts = [
  Holds<Equal<Extract<ProviderName, BuiltIn>, BuiltIn>>,
  Holds<Equal<string extends ProviderName ? true : false, false>>,
  Holds<Equal<ClaimOf<'humanproof'>, 'human_verified'>>,
  Holds<Equal<ClaimOf<'engagelab'>, 'phone_verified' | 'email_verified'>>,
  Holds<Equal<AcceptedVerdictOf<'verifyid'>, VerifyIdVerdict>>,
  Holds<Equal<AcceptedVerdictOf<'checkify'>, CheckifyVerdict>>,
  Holds<Equal<EvidenceOf<'verifyid'>['token'], string>>,
  Holds<Equal<VerifyIdVerdict['age'], 16 | 18>>,
  Holds<Equal<EngageLabOtpVerdict['recipient'], string | undefined>>,
];

export async function manual(
  checkify: CheckifyService,
  engagelab: EngageLabOtpService,
  humanproof: HumanProofService,
  verifyid: VerifyIdService,
  all: VerificationService,
): Promise<unknown> {
  const verdict = await checkify.verify({ requestId: 'r' }, { claims: ['age_over_18'] });
  // @ts-expect-error -- a no has no claims: ask for the outcome first
  const claims: unknown = verdict.claims;
  if (verdict.outcome === 'accepted') {
    const accepted: Holds<Equal<typeof verdict, CheckifyVerdict>> = true;
    return [accepted, claims, verdict.signedResult];
  }
  const rejected: Holds<Equal<typeof verdict, RejectedVerdict>> = true;

  // @ts-expect-error -- one reference, not two
  await checkify.verify({ requestId: 'r', token: 't' });
  // @ts-expect-error -- a challenge or a message, not both
  await engagelab.verify({ challengeId: 'c', messageId: 'm', verifyCode: '1234' });
  // @ts-expect-error -- zeros in front are lost in a number
  await engagelab.verify({ challengeId: 'c', verifyCode: 1234 });
  // @ts-expect-error -- a template is needed
  await engagelab.send({ to: '+4512345678' });
  // @ts-expect-error -- HumanProof attests no age
  await humanproof.verify({ token: 't' }, { claims: ['age_over_18'] });
  // @ts-expect-error -- a login starts for 16 or 18
  await verifyid.start({ returnUrl: 'https://a.example', minimumAge: 17, method: 'mitid' });
  // @ts-expect-error -- MitID or BankID
  await verifyid.start({ returnUrl: 'https://a.example', minimumAge: 18, method: 'nemid' });

  const age = await all.verify('verifyid', { token: 't', deviceId: 'd' }, { claims: ['age_over_18'] });
  const over = age.outcome === 'accepted' ? age.age : undefined;
  const narrowed: Holds<Equal<typeof over, 16 | 18 | undefined>> = true;
  // @ts-expect-error -- the evidence of another provider
  await all.verify('verifyid', { requestId: 'r' }, { claims: ['age_over_18'] });
  // @ts-expect-error -- no such provider
  await all.verify('nobody', {});
  return [rejected, over, narrowed];
}

export function outcome(event: VerificationEvent): unknown {
  switch (event.outcome) {
    case 'accepted':
      return [event.claims, event.signedResult];
    case 'rejected':
      return [event.reason, event.details.code];
    case 'failed':
      // @ts-expect-error -- a failure has a reason, and no details
      return [event.reason, event.details];
    case 'breaker':
      // @ts-expect-error -- a breaker is about a provider, and no evidence
      return [event.state, event.reference];
  }
}

export const modules = [
  VerificationModule.forRoot(),
  VerificationModule.forRoot({ providers: { checkify: { apiKey: 'k' }, verifyid: {} }, isGlobal: false }),
  VerificationModule.forRoot({ http: { retries: 0, breaker: false, transport: 'undici' } }),
  VerificationModule.forRootAsync({ useFactory: async () => ({ globalGuard: true }), isGlobal: true }),
  // @ts-expect-error -- no such option
  VerificationModule.forRoot({ provider: {} }),
  // @ts-expect-error -- no such provider
  VerificationModule.forRoot({ providers: { chekify: {} } }),
  // @ts-expect-error -- a key is text
  VerificationModule.forRoot({ providers: { checkify: { apiKey: 7 } } }),
  // @ts-expect-error -- a breaker is off, or has options
  VerificationModule.forRoot({ http: { breaker: true } }),
  // @ts-expect-error -- no such code
  VerificationModule.forRoot({ messages: { verification_denied: 'no' } }),
  // @ts-expect-error -- no such option
  VerificationModule.forRootAsync({ useFactory: () => ({ globalGuards: true }) }),
];
