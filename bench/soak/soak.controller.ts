import { Controller, HttpCode, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import { RequireVerification, VerificationGuard } from 'nestjs-verification';
import type { SoakProvider } from './provider-words.js';

const evidence = (context: ExecutionContext): { messageId: string; verifyCode: string } => {
  const { body } = context.switchToHttp().getRequest<{ body: { proof: string } }>();
  return { messageId: body.proof, verifyCode: '123456' };
};

/** A guarded route for each provider. */
@Controller()
@UseGuards(VerificationGuard)
export class SoakController {
  @Post('checkify')
  @HttpCode(200)
  @RequireVerification('checkify')
  checkify(): object {
    return {};
  }

  @Post('engagelab')
  @HttpCode(200)
  @RequireVerification('engagelab', { evidence })
  engagelab(): object {
    return {};
  }

  @Post('humanproof')
  @HttpCode(200)
  @RequireVerification('humanproof')
  humanproof(): object {
    return {};
  }

  @Post('verifyid')
  @HttpCode(200)
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  verifyid(): object {
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
