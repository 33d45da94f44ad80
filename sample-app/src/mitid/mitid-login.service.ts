import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { VerifyIdService, type VerifyIdEvidence } from 'nestjs-verification';
import type { AppConfig } from '../app.config.js';
import { APP_CONFIG } from '../app.tokens.js';

const COOKIE = 'mitid_device';

/** Sends people to the MitID login and knows them again when they come back. */
@Injectable()
export class MitIdLoginService {
  constructor(
    @Inject(VerifyIdService) private readonly verifyId: VerifyIdService,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Starts a login that ends on `path`; resolves to the address to send the person to. */
  async start(request: Request, response: Response, path: string): Promise<string> {
    const publicUrl = this.config.publicUrl ?? `${request.protocol}://${request.get('host') ?? ''}`;
    const { url, deviceId } = await this.verifyId.start({
      returnUrl: `${publicUrl}${path}`,
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
    return url;
  }
}

/**
 * The token comes back in the URL, the device id only from our own signed cookie: `auth_check` needs no key, so a
 * token and a device id from another shop would otherwise open this door.
 */
export function mitIdEvidence(context: ExecutionContext): Partial<VerifyIdEvidence> {
  const { query, signedCookies } = context.switchToHttp().getRequest<Request>();
  return {
    token: query['token_age_verified'] as string,
    deviceId: (signedCookies as Record<string, string>)[COOKIE] as string,
  };
}
