import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { HEADERS, isYes, PATH, question, tokenOf, type CheckifyReply } from './checkify-question.js';

/** The guard of somebody who follows the Nest documentation. */
export function httpServiceGuard(upstream: string): Type<CanActivate> {
  @Injectable()
  class HttpServiceGuard implements CanActivate {
    constructor(@Inject(HttpService) private readonly http: HttpService) {}

    async canActivate(context: ExecutionContext): Promise<boolean> {
      const requestId = tokenOf(context);
      const { data } = await firstValueFrom(
        this.http.post<CheckifyReply>(`${upstream}${PATH}`, question(requestId), { headers: HEADERS }),
      );
      return isYes(data, requestId);
    }
  }
  return HttpServiceGuard;
}
