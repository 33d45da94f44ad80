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
  type ProviderName,
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

const someName = (): ProviderName => 'checkify';

/** Parameters that take what `@Verified()` gives them. */
export class Takes {
  [Symbol.iterator](@Verified('checkify') verified: CheckifyVerdict): unknown {
    return [verified, this.hidden(verified)];
  }
  exact(
    @Verified('checkify') verified: CheckifyVerdict,
    @Verified('verifyid') age: VerifyIdVerdict,
  ): unknown {
    return [verified, age];
  }
  parts(
    @Verified('checkify') { claims }: Pick<CheckifyVerdict, 'claims'>,
    @Verified() other: Pick<CheckifyVerdict, 'signedResult'>,
  ): unknown {
    return [claims, other];
  }
  wide(@Verified('checkify') one: AcceptedVerdict, @Verified() all: unknown, @Verified() o: object): unknown {
    return [one, all, o];
  }
  missing(
    @Verified('checkify') one: CheckifyVerdict | null = null,
    @Verified() two?: VerifyIdVerdict,
  ): unknown {
    return [one, two];
  }
  several(
    @Verified(someName()) one: VerifyIdVerdict,
    @Verified() two: CheckifyVerdict | VerifyIdVerdict,
  ): unknown {
    return [one, two];
  }
  async generic<T>(body: T, @Verified('checkify') verified: CheckifyVerdict): Promise<[T, CheckifyVerdict]> {
    return Promise.resolve([body, verified]);
  }
  overloaded(item: string): unknown;
  overloaded(item: string, @Verified('checkify') verified?: CheckifyVerdict): unknown {
    return [item, verified];
  }
  static fixed(@Verified('checkify') verified: CheckifyVerdict): unknown {
    return verified;
  }
  protected inherited(@Verified('checkify') verified: CheckifyVerdict): unknown {
    return verified;
  }
  private hidden(@Verified('checkify') verified: CheckifyVerdict): unknown {
    return verified;
  }
}

/** A base class leaves it to its subclasses which verdict it takes, and what they demand. */
export class Base<V extends AcceptedVerdict> {
  handle(@Verified() verified: V, @Verified(someName()) named: V | undefined): unknown {
    return [verified, named];
  }
}

@RequireVerification('checkify')
export class Derived extends Base<CheckifyVerdict> {}

export const mixin = <N extends ProviderName>(
  name: N,
): new () => { handle(verified: AcceptedVerdictOf<N>): unknown } => {
  class Mixed {
    handle(@Verified(name) verified: AcceptedVerdictOf<N>): unknown {
      return verified;
    }
  }
  return Mixed;
};

export class TakesNone {
  // @ts-expect-error -- no verdict is a text
  text(@Verified('checkify') verified: string): unknown {
    return verified;
  }
  // @ts-expect-error -- whoever is asked
  anyText(@Verified() verified: string): unknown {
    return verified;
  }
  // @ts-expect-error -- nor is an absent one
  optional(item: string, @Verified('checkify') verified?: string): unknown {
    return [item, verified];
  }
  // @ts-expect-error -- the verdict of another provider
  other(@Verified('checkify') verified: VerifyIdVerdict): unknown {
    return verified;
  }
  // @ts-expect-error -- members that no verdict of it has
  more(@Verified('humanproof') verified: CheckifyVerdict): unknown {
    return verified;
  }
  // @ts-expect-error -- one verdict, not a list
  list(@Verified('checkify') verified: CheckifyVerdict[]): unknown {
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
export const given: ParameterDecorator = Verified('checkify');
