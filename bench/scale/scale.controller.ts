import { Body, Controller, HttpCode, Inject, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  Verified,
  VerifyIdService,
  type AcceptedVerdict,
} from 'nestjs-verification';
import { Passes } from './passes.js';
import { RoundTripGuard } from './round-trips.js';

const visitor = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['x-visitor'];
const remember = { for: '30m', subject: visitor } as const;

interface Form {
  readonly visitor: string;
  readonly to: string;
  /** The proof, by which the handler notes that it ran. */
  readonly proof: string;
}

/** A shop that uses everything that keeps state. */
@Controller()
@UseGuards(RoundTripGuard, VerificationGuard)
export class ScaleController {
  constructor(
    @Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService,
    @Inject(VerifyIdService) private readonly verifyId: VerifyIdService,
    @Inject(Passes) private readonly passes: Passes,
  ) {}

  @Post('send-code')
  @HttpCode(200)
  async sendCode(@Body() { to, visitor: requester }: Form): Promise<object> {
    const { challengeId } = await this.otp.send({ to, templateId: 'scale', requester });
    return { id: challengeId };
  }

  @Post('start-login')
  @HttpCode(200)
  async startLogin(@Body() { visitor: subject }: Form): Promise<object> {
    const { challengeId } = await this.verifyId.start({
      returnUrl: 'https://shop.example/return',
      minimumAge: 18,
      method: 'mitid',
      subject,
    });
    return { id: challengeId };
  }

  @Post('code')
  @HttpCode(200)
  @RequireVerification('engagelab')
  code(@Body() { proof }: Form): object {
    return this.passed('code', proof);
  }

  @Post('remembered-code')
  @HttpCode(200)
  @RequireVerification('engagelab', { remember })
  rememberedCode(@Body() { proof }: Form, @Verified() { remembered }: AcceptedVerdict): object {
    return this.passed('remembered-code', remembered === true ? undefined : proof); // sent again, it passes by its receipt
  }

  @Post('receipt')
  @HttpCode(200)
  @RequireVerification('checkify', { remember })
  receipt(): object {
    return {};
  }

  @Post('once')
  @HttpCode(200)
  @RequireVerification('checkify', { consume: false, once: true })
  once(@Body() { proof }: Form): object {
    return this.passed('once', proof);
  }

  @Post('remembered-once')
  @HttpCode(200)
  @RequireVerification('checkify', { consume: false, once: true, remember })
  rememberedOnce(@Body() { proof }: Form, @Verified() { remembered }: AcceptedVerdict): object {
    return this.passed('remembered-once', remembered === true ? undefined : proof);
  }

  @Post('login')
  @HttpCode(200)
  @RequireVerification('verifyid', { claims: ['age_over_18'], acceptDeviceId: false, remember })
  login(): object {
    return {};
  }

  /** A visitor who is remembered names no proof. */
  private passed(route: string, proof: string | undefined): object {
    if (proof !== undefined) this.passes.note(`${route} ${proof}`);
    return {};
  }
}
