import { Body, Controller, Inject, Module, Post, UseFilters, UseGuards } from '@nestjs/common';
import { IsNotEmpty, IsString } from 'class-validator';
import {
  CheckifyService,
  EngageLabOtpService,
  RequireAnyVerification,
  RequireVerification,
  VerificationErrorFilter,
  VerificationGuard,
  VerificationModule,
  Verified,
  type AcceptedVerdict,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { module } from '../support/module.js';

class OrderDto {
  @IsString() @IsNotEmpty() item!: string;
}

/** An application's routes, with everything that they can demand. */
@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  constructor(
    @Inject(CheckifyService) private readonly checkify: CheckifyService,
    @Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService,
  ) {}

  @Post('human')
  @RequireVerification('checkify')
  human(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('adult')
  @RequireVerification('checkify', { claims: ['age_over_18'] })
  adult(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('fields')
  @RequireVerification('checkify', { fields: ['country'] })
  fields(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('order')
  @RequireVerification('checkify', { body: OrderDto })
  order(@Body() { item }: OrderDto): object {
    return { item };
  }

  @Post('vote')
  @RequireVerification('checkify', { consume: false, once: true })
  vote(): object {
    return {};
  }

  @Post('contact')
  @RequireVerification('humanproof')
  contact(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('gate')
  @RequireVerification('verifyid', { claims: ['age_over_18'], remember: { for: '1h', subject: () => 'ada' } })
  gate(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('teen')
  @RequireVerification('verifyid', { claims: ['age_over_13'] })
  teen(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('either')
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'] }],
    ['checkify', { claims: ['age_over_18'] }],
  )
  either(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('code')
  @UseFilters(VerificationErrorFilter)
  async code(@Body('to') to: string): Promise<object> {
    const { challengeId } = await this.otp.send({ to, templateId: 'signup', purpose: 'signup' });
    return { challenge_id: challengeId };
  }

  @Post('phone')
  @RequireVerification('engagelab', { purpose: 'signup' })
  phone(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('other-purpose')
  @RequireVerification('engagelab', { purpose: 'payment' })
  otherPurpose(): object {
    return {};
  }

  @Post('own-phone')
  @RequireVerification('engagelab', { recipient: () => '+4587654321' })
  ownPhone(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('manual')
  @UseFilters(VerificationErrorFilter)
  manual(@Body('id') id: string): Promise<object> {
    return this.checkify.verifyAge(id, 18);
  }
}

@Module({ controllers: [ShopController] })
export class ShopModule {}

/** The application as its authors wrote it, the real module included. */
export function appModule(options?: VerificationModuleOptions): new () => object {
  return module({ imports: [VerificationModule.forRoot(options), ShopModule] });
}

/** What the browser sends with each provider's proof. */
export const PROOF = {
  checkify: { checkify_token: 'anything' },
  engagelab: { challenge_id: 'anything', verify_code: '1234' },
  humanproof: { 'humanproof-token': 'anything' },
  verifyid: { token_age_verified: 'anything', device_id: 'device' },
} as const;
