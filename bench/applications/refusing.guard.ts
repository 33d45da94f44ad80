import { Injectable, ServiceUnavailableException, type CanActivate } from '@nestjs/common';

/** The least work that a guard can do to refuse. */
@Injectable()
export class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    throw new ServiceUnavailableException();
  }
}
