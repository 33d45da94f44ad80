import { Body, Controller, Global, Inject, Module, Post, UseGuards } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { RequireVerification, VerificationGuard, VerificationModule, Verified } from 'nestjs-verification';
import type { AcceptedVerdictOf } from 'nestjs-verification';
import { PigeonOptions, PigeonService } from './pigeon.provider.js';

@Controller('phone')
export class PhoneController {
  constructor(@Inject(PigeonService) private readonly pigeon: PigeonService) {}

  @Post()
  async send(@Body() { phone }: { phone: string }): Promise<object> {
    const { challengeId, expiresAt } = await this.pigeon.send({ to: phone, purpose: 'signup' });
    return { challenge_id: challengeId, expires_at: expiresAt };
  }

  @Post('verify')
  @UseGuards(VerificationGuard)
  @RequireVerification('pigeon', { purpose: 'signup' })
  verify(@Verified('pigeon') { recipient }: AcceptedVerdictOf<'pigeon'>): object {
    return { phone: recipient };
  }
}

const options = {
  provide: PigeonOptions,
  inject: [ConfigService],
  useFactory: (config: ConfigService): PigeonOptions => ({
    key: config.getOrThrow('PIGEON_KEY'), // stops the boot where it is missing
    baseUrl: config.get('PIGEON_BASE_URL'),
    validFor: '5m', // as long as Pigeon's codes live
  }),
};

@Global() // so that the library finds the options
@Module({ providers: [options], exports: [PigeonOptions] })
class PigeonModule {}

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    PigeonModule,
    VerificationModule.forRoot({ customProviders: [PigeonService] }),
  ],
  controllers: [PhoneController],
})
export class AppModule {}
