import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { VerificationError } from '../../errors/verification.error.js';
import { ResponsePolicy } from './response.policy.js';

/** Prepares a `VerificationError` that a handler lets pass, before any exception filter sees it. */
@Injectable()
export class EscapedErrorInterceptor implements NestInterceptor {
  constructor(@Inject(ResponsePolicy) private readonly responses: ResponsePolicy) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (error instanceof VerificationError) this.responses.prepare(error, context);
        return throwError(() => error);
      }),
    );
  }
}
