// Compiled by `npm run typecheck`: a verdict that may be missing must be typed so. Never run.
import { applyDecorators, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  RequireAnyVerification,
  RequireVerification,
  SkipVerification,
  Verified,
  VerificationGuard,
  type AcceptedVerdict,
  type AcceptedVerdictOf,
  type CheckifyVerdict,
  type HumanProofVerdict,
  type VerifyIdVerdict,
} from 'nestjs-verification';

const isLarge = (context: ExecutionContext): boolean => context.getType() === 'http';
const adult = { claims: ['age_over_18'] } as const;

export class Conditional {
  @RequireVerification('checkify', { when: isLarge })
  optional(@Verified('checkify') verified?: CheckifyVerdict): unknown {
    return verified;
  }

  @RequireVerification('checkify', { when: context => Promise.resolve(isLarge(context)) })
  union(item: string, rest: unknown, @Verified() verified: AcceptedVerdict | undefined): unknown {
    return [item, rest, verified];
  }

  @RequireVerification('humanproof')
  @RequireVerification('checkify', { ...adult, when: async context => Promise.resolve(isLarge(context)) })
  other(@Verified('humanproof') verified: HumanProofVerdict): unknown {
    return verified;
  }

  @RequireVerification('checkify', { when: undefined })
  always(@Verified('checkify') verified: CheckifyVerdict): unknown {
    return verified;
  }

  // @ts-expect-error -- the demand may not hold
  @RequireVerification('checkify', { when: isLarge })
  required(@Verified('checkify') verified: AcceptedVerdictOf<'checkify'>): unknown {
    return verified;
  }

  // @ts-expect-error -- the demand may not hold, whoever is asked
  @RequireVerification('checkify', { when: () => Promise.resolve(true) })
  anybody(item: string, @Verified() verified: AcceptedVerdict): unknown {
    return [item, verified];
  }

  // @ts-expect-error -- a condition says yes or no
  @RequireVerification('checkify', { when: () => 7 })
  vague(): void {}
}

export class Alternatives {
  @RequireAnyVerification(['checkify', adult], ['verifyid', adult])
  anyOf(@Verified() verified: AcceptedVerdict): unknown {
    return verified;
  }

  @RequireAnyVerification(['checkify', adult], ['verifyid', adult])
  either(@Verified() verified: CheckifyVerdict | VerifyIdVerdict): unknown {
    return verified;
  }

  @RequireAnyVerification(['checkify', adult], ['verifyid', adult])
  named(@Verified('checkify') one?: CheckifyVerdict, @Verified('verifyid') other?: VerifyIdVerdict): unknown {
    return [one, other];
  }

  @RequireAnyVerification(['checkify'], ['checkify', { field: 'my-token' }])
  same(@Verified() verified: CheckifyVerdict): unknown {
    return verified;
  }

  // @ts-expect-error -- VerifyID may have been asked
  @RequireAnyVerification(['checkify', adult], ['verifyid', adult])
  other(@Verified('checkify') verified: CheckifyVerdict): unknown {
    return verified;
  }

  // @ts-expect-error -- neither may hold
  @RequireAnyVerification(
    ['checkify', { when: isLarge }],
    ['humanproof', { when: context => isLarge(context) }],
  )
  neither(@Verified() verified: AcceptedVerdict): unknown {
    return verified;
  }

  @RequireAnyVerification(
    ['checkify'],
    // @ts-expect-error -- a misspelt member
    ['humanproof', { claim: ['human_verified'] }],
  )
  misspelt(): void {}

  @RequireAnyVerification(
    ['checkify'],
    // @ts-expect-error -- HumanProof attests no age
    ['humanproof', adult],
  )
  ageOfHumanProof(): void {}

  // @ts-expect-error -- 16 or 18 must be said
  @RequireAnyVerification(['checkify'], ['verifyid'])
  withoutRequirement(): void {}

  // @ts-expect-error -- no such provider
  @RequireAnyVerification(['checkify'], ['nobody'])
  unknownProvider(): void {}

  // @ts-expect-error -- nobody is named
  @RequireAnyVerification()
  empty(): void {}
}

export class Exempt {
  @SkipVerification('public')
  optional(@Verified() verified?: AcceptedVerdict): unknown {
    return verified;
  }

  // @ts-expect-error -- the demand is lifted
  @SkipVerification('public')
  required(@Verified('checkify') verified: CheckifyVerdict): unknown {
    return verified;
  }

  // @ts-expect-error -- a property is no handler
  @SkipVerification('public')
  property = (): string => 'not a route';
}

@RequireVerification('checkify', { when: isLarge })
export class Optional {
  name = 'shop';

  order(item: string, @Verified('checkify') verified?: CheckifyVerdict): unknown {
    return [item, verified];
  }

  protected note(verified: CheckifyVerdict): unknown {
    return [this.name, verified];
  }
}

// @ts-expect-error -- the demand of the class may not hold
@RequireVerification('checkify', { when: isLarge })
export class Required {
  order(@Verified('checkify') verified: CheckifyVerdict): unknown {
    return verified;
  }
}

/** Such decorators still compose. */
export const composed: readonly [MethodDecorator, MethodDecorator, unknown] = [
  RequireVerification('checkify', { when: isLarge }),
  RequireAnyVerification(['checkify', { when: isLarge }], ['humanproof']),
  applyDecorators(
    UseGuards(VerificationGuard),
    RequireVerification('checkify', { when: isLarge }),
    RequireAnyVerification(['checkify'], ['humanproof']),
    SkipVerification('public'),
  ),
];
export const exempt: MethodDecorator = SkipVerification('public');
