import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { VerifyIdService } from 'nestjs-verification';
import type { AppConfig } from '../app.config.js';
import { APP_CONFIG } from '../app.tokens.js';
import { visitorIn } from '../visitor/visitor.middleware.js';

/** Sends visitors to the MitID login. The login is for the visitor, so nobody else can use its return URL. */
@Injectable()
export class MitIdLoginService {
  constructor(
    @Inject(VerifyIdService) private readonly verifyId: VerifyIdService,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Starts a login that comes back to `path`. Resolves to the address of the login. */
  async start(request: Request, path: string): Promise<string> {
    const publicUrl = this.config.publicUrl ?? `${request.protocol}://${request.get('host') ?? ''}`;
    const { url } = await this.verifyId.start({
      returnUrl: `${publicUrl}${path}`,
      minimumAge: 18,
      method: 'mitid',
      subject: visitorIn(request)?.id,
    });
    return url;
  }
}
