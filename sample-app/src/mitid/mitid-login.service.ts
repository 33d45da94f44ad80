import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { VerifyIdService, type VerifyIdEvidence } from 'nestjs-verification';
import type { AppConfig } from '../app.config.js';
import { APP_CONFIG } from '../app.tokens.js';

const COOKIE = 'mitid_device';

/** Sends visitors to the MitID login. A signed cookie recognises them when they come back. */
@Injectable()
export class MitIdLoginService {
  constructor(
    @Inject(VerifyIdService) private readonly verifyId: VerifyIdService,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Starts a login that comes back to `path`. Resolves to the address of the login. */
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
 * Reads the token from the URL, but the device id only from our signed cookie. VerifyID's `auth_check` needs no key:
 * without the cookie, a token and a device id from another shop would pass.
 */
export function mitIdEvidence(context: ExecutionContext): Partial<VerifyIdEvidence> {
  const { query, signedCookies } = context.switchToHttp().getRequest<Request>();
  return {
    token: query['token_age_verified'] as string,
    deviceId: (signedCookies as Record<string, string>)[COOKIE] as string,
  };
}
