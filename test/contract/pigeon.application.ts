import { Body, Controller, Inject, Module, Post, UseGuards } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { RequireVerification, VerificationGuard, VerificationModule, Verified } from 'nestjs-verification';
import type { AcceptedVerdictOf } from 'nestjs-verification';
import { PigeonService } from './pigeon.provider.js';

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

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }), // reads PIGEON_KEY
    VerificationModule.forRoot({
      customProviders: [PigeonService],
      providers: { pigeon: { validFor: '5m' } }, // as long as Pigeon's codes live
    }),
  ],
  controllers: [PhoneController],
})
export class AppModule {}
