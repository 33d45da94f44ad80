import {
  Controller,
  Get,
  Inject,
  Redirect,
  Req,
  Res,
  UseFilters,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  RequireVerification,
  VerificationErrorFilter,
  VerificationGuard,
  Verified,
  VerifyIdService,
  type VerifyIdEvidence,
  type VerifyIdVerdict,
} from 'nestjs-verification';
import type { AppConfig } from '../app.config.js';
import { APP_CONFIG } from '../app.tokens.js';

const COOKIE = 'age_gate_device';

/**
 * The token comes back in the URL, the device id only from our own signed cookie: `auth_check` needs no key, so a
 * token and a device id from another shop would otherwise open this door.
 */
function evidence(context: ExecutionContext): Partial<VerifyIdEvidence> {
  const { query, signedCookies } = context.switchToHttp().getRequest<Request>();
  return {
    token: query['token_age_verified'] as string,
    deviceId: (signedCookies as Record<string, string>)[COOKIE] as string,
  };
}

/** Adults only, by MitID. */
@Controller('age-gate')
@UseFilters(VerificationErrorFilter)
export class AgeGateController {
  constructor(
    @Inject(VerifyIdService) private readonly verifyId: VerifyIdService,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Get('start')
  @Redirect()
  async start(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ url: string }> {
    const publicUrl = this.config.publicUrl ?? `${request.protocol}://${request.get('host') ?? ''}`;
    const { url, deviceId } = await this.verifyId.start({
      returnUrl: `${publicUrl}/age-gate`,
      minimumAge: 18,
      method: 'mitid',
    });
    response.cookie(COOKIE, deviceId, {
      signed: true,
      httpOnly: true,
      sameSite: 'lax',
      secure: this.config.production,
      maxAge: 15 * 60_000,
    });
    return { url };
  }

  @Get()
  @UseGuards(VerificationGuard)
  @RequireVerification('verifyid', { claims: ['age_over_18'], evidence })
  enter(@Verified('verifyid') { age }: VerifyIdVerdict): object {
    return { welcome: true, verifiedAge: age };
  }
}
