import {
  Controller,
  Headers,
  HttpCode,
  Inject,
  Post,
  Body,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationService,
} from 'nestjs-verification';
import type { SoakProvider } from './provider-words.js';

const evidence = (context: ExecutionContext): { messageId: string; verifyCode: string } => {
  const { body } = context.switchToHttp().getRequest<{ body: { proof: string } }>();
  return { messageId: body.proof, verifyCode: '123456' };
};

const subject = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: { 'x-subject'?: string } }>().headers['x-subject'];

/** A guarded route for each provider, and for each thing that the store must not forget. */
@Controller()
export class SoakController {
  constructor(
    @Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService,
    @Inject(VerificationService) private readonly verification: VerificationService,
  ) {}

  @Post('checkify')
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify')
  checkify(): object {
    return {};
  }

  @Post('engagelab')
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab', { evidence })
  engagelab(): object {
    return {};
  }

  @Post('humanproof')
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('humanproof')
  humanproof(): object {
    return {};
  }

  @Post('verifyid')
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  verifyid(): object {
    return {};
  }

  /** The provider confirms a proof as often as it is asked; it passes once. */
  @Post('once')
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify', { consume: false, once: true })
  once(): object {
    return {};
  }

  @Post('member')
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('humanproof', { remember: { for: '1h', subject } })
  member(): object {
    return {};
  }

  @Post('code')
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab')
  code(): object {
    return {};
  }

  @Post('send')
  @HttpCode(200)
  async send(@Body() { to, proof, code }: { to: string; proof: string; code: string }): Promise<object> {
    const { challengeId } = await this.otp.send({ to, templateId: proof, code });
    return { challengeId };
  }

  @Post('forget')
  @HttpCode(200)
  async forget(@Headers('x-subject') whom: string): Promise<object> {
    await this.verification.forget(whom);
    return {};
  }
}

/** The body that carries a proof to the route of a provider. */
export function formOf(provider: SoakProvider, proof: string): object {
  switch (provider) {
    case 'checkify':
      return { checkify_token: proof };
    case 'engagelab':
      return { proof };
    case 'humanproof':
      return { 'humanproof-token': proof };
    case 'verifyid':
      return { token: proof, device_id: 'device' };
  }
}
