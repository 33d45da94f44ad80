import { Inject, Injectable, ParseUUIDPipe, Scope, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  Args,
  ArgsType,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { IsEmail, Max } from 'class-validator';
import {
  CheckifyService,
  RequireVerification,
  Verified,
  VerificationGuard,
  type CheckifyVerdict,
  type HumanProofVerdict,
} from 'nestjs-verification';
import { Gathering } from './gathering.js';

@ObjectType()
export class Receipt {
  @Field(() => Int) amount!: number;
  @Field() requestId!: string;
}

@InputType()
class OrderInput {
  @Field() @IsEmail() email!: string;
}

@ArgsType()
class PageArgs {
  @Field(() => Int) @Max(10) amount!: number;
}

/** How often something was really done. */
export const done = { times: 0 };

function receipt(amount: number, requestId: string): Receipt {
  done.times++;
  return { amount, requestId };
}

const TOKEN = { name: 'checkify_token', type: () => String, nullable: true };

@Resolver(() => Receipt)
@UseGuards(VerificationGuard)
export class ShopResolver {
  constructor(@Inject(CheckifyService) private readonly checkify: CheckifyService) {}

  @Query(() => String)
  open(): string {
    return 'open';
  }

  @Query(() => Receipt)
  @UseInterceptors(Gathering)
  @RequireVerification('checkify')
  gathered(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Verified() verified: CheckifyVerdict,
  ): Receipt {
    return receipt(0, verified.requestId ?? '');
  }

  @Query(() => Receipt)
  @RequireVerification('checkify')
  secret(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Args('amount', { type: () => Int }) amount: number,
    @Verified() verified: CheckifyVerdict,
  ): Receipt {
    return receipt(amount, verified.requestId ?? '');
  }

  @Mutation(() => Receipt)
  @RequireVerification('checkify')
  pay(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Args('amount', { type: () => Int }) amount: number,
    @Verified() verified: CheckifyVerdict,
  ): Receipt {
    return receipt(amount, verified.requestId ?? '');
  }

  @Mutation(() => Receipt)
  @RequireVerification('checkify', { consume: false, once: true })
  payOnce(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Args('amount', { type: () => Int }) amount: number,
    @Verified() verified: CheckifyVerdict,
  ): Receipt {
    return receipt(amount, verified.requestId ?? '');
  }

  @Query(() => Receipt)
  @RequireVerification('checkify', { consume: false, once: true })
  secretOnce(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Args('amount', { type: () => Int }) amount: number,
    @Verified() verified: CheckifyVerdict,
  ): Receipt {
    return receipt(amount, verified.requestId ?? '');
  }

  @Query(() => Receipt)
  @RequireVerification('checkify', { consume: false })
  look(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Args('amount', { type: () => Int }) amount: number,
    @Verified() verified: CheckifyVerdict,
  ): Receipt {
    return receipt(amount, verified.requestId ?? '');
  }

  @Mutation(() => Receipt)
  @RequireVerification('checkify')
  order(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Args('id', ParseUUIDPipe) _id: string,
    @Args('order') { email }: OrderInput,
  ): Receipt {
    return receipt(1, email);
  }

  @Query(() => Receipt)
  @RequireVerification('checkify')
  page(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Args() { amount }: PageArgs,
    @Verified() verified: CheckifyVerdict,
  ): Receipt {
    return receipt(amount, verified.requestId ?? '');
  }

  @Mutation(() => Boolean)
  @RequireVerification('humanproof', {
    evidence: context => ({ token: context.getArgByIndex<{ proof: string }>(1).proof }),
  })
  comment(@Args('proof') _proof: string, @Verified() verified: HumanProofVerdict): boolean {
    return verified.claims.includes('human_verified');
  }

  @Mutation(() => Boolean)
  async manual(@Args('token') requestId: string): Promise<boolean> {
    return (await this.checkify.verifyHuman(requestId)).outcome === 'accepted';
  }

  @ResolveField(() => String)
  @RequireVerification('checkify')
  signature(
    @Parent() { amount }: Receipt,
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Verified() verified: CheckifyVerdict,
  ): string {
    return `${amount} by ${verified.requestId ?? ''}`;
  }
}

@Resolver()
export class UnguardedResolver {
  @Query(() => String)
  @RequireVerification('checkify')
  unguarded(@Verified() { provider }: CheckifyVerdict): string {
    done.times++;
    return provider;
  }
}

@Injectable({ scope: Scope.REQUEST })
export class PerRequest {
  readonly greeting = 'welcome';
}

@Resolver()
@UseGuards(VerificationGuard)
@RequireVerification('checkify')
export class PerRequestResolver {
  constructor(@Inject(PerRequest) private readonly perRequest: PerRequest) {}

  @Query(() => String)
  greet(
    @Args(TOKEN.name, TOKEN) _token: string | undefined,
    @Verified() { provider }: CheckifyVerdict,
  ): string {
    done.times++;
    return `${this.perRequest.greeting} by ${provider}`;
  }
}

/** What a client of GraphQL is told. */
export interface GraphQlReply {
  readonly status: number;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly GraphQlError[];
  readonly text: string;
}

interface GraphQlError {
  readonly message: string;
  readonly path?: readonly string[];
  readonly extensions?: Record<string, unknown>;
}

/** Asks as a client does; `more` are further members of the HTTP body. */
export async function query(url: string, text: string, more: object = {}): Promise<GraphQlReply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, ...more }),
  });
  const answer = await response.text();
  const { data, errors = [] } = JSON.parse(answer) as Partial<GraphQlReply>;
  return { status: response.status, data, errors, text: answer };
}
