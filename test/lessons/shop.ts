import {
  Controller,
  Get,
  Post,
  UseGuards,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import {
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  Verified,
  type AcceptedVerdict,
  type HttpOptions,
} from 'nestjs-verification';
import { boot, type Platform, type RunningApplication } from '../support/application.js';
import type { StubServer } from '../support/stub-server.js';

@Controller()
@UseGuards(VerificationGuard)
export class ShopController {
  @Post('checkify')
  @RequireVerification('checkify', { claims: ['age_over_18'] })
  checkify(@Verified() { claims }: AcceptedVerdict): unknown {
    return { claims };
  }

  @Post('engagelab')
  @RequireVerification('engagelab')
  engagelab(): unknown {
    return {};
  }

  @Post('humanproof')
  @RequireVerification('humanproof')
  humanproof(@Verified() { claims }: AcceptedVerdict): unknown {
    return { claims };
  }

  @Get('verifyid')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  verifyid(@Verified() { claims }: AcceptedVerdict): unknown {
    return { claims };
  }

  @Post('both')
  @RequireVerification('checkify')
  @RequireVerification('humanproof')
  both(): unknown {
    return {};
  }

  @Get('session')
  @RequireVerification('verifyid', {
    claims: ['age_over_18'],
    evidence: (context: ExecutionContext) => ({
      token: context.switchToHttp().getRequest<{ query: { token: string } }>().query.token,
      deviceId: 'the-session-s-own',
    }),
  })
  session(): unknown {
    return {};
  }
}

@Controller('adults')
@UseGuards(VerificationGuard)
@RequireVerification('checkify', { claims: ['age_over_18'], consume: false })
class AdultsController {
  @Post()
  @UseGuards(VerificationGuard, VerificationGuard)
  @RequireVerification('checkify', { claims: ['human_verified'] })
  enter(): unknown {
    return {};
  }
}

/** Routes for the lessons, with every provider at the stub. */
export function openShop(
  platform: Platform,
  stub: StubServer,
  http: HttpOptions = {},
  setUp?: (app: INestApplication) => void,
): Promise<RunningApplication> {
  const baseUrl = stub.url;
  const providers = {
    checkify: { apiKey: 'csk_lesson', baseUrl },
    engagelab: { devKey: 'key', devSecret: 'lesson_secret', baseUrl, sendLimit: false as const },
    humanproof: { secret: 'hp_lesson', baseUrl },
    verifyid: { baseUrl },
  };
  return boot(
    platform,
    {
      imports: [VerificationModule.forRoot({ globalGuard: true, providers, http: { retries: 0, ...http } })],
      controllers: [ShopController, AdultsController],
    },
    setUp,
  );
}
