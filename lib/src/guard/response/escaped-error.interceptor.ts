import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { catchError, throwError, type Observable } from 'rxjs';
import { ConfigurationError, VerificationError } from '../../errors/verification.error.js';
import { Homes } from '../../route/homes.js';
import { Plans } from '../../route/plans.js';
import { ResponsePolicy } from './response.policy.js';
import { GlobalVerificationErrorFilter } from './verification-error.filter.js';

/**
 * Prepares a `VerificationError` that a handler lets pass, before any exception filter sees it, and refuses what no guard
 * has judged.
 */
@Injectable()
export class EscapedErrorInterceptor implements NestInterceptor {
  constructor(
    @Inject(ResponsePolicy) private readonly responses: ResponsePolicy,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(GlobalVerificationErrorFilter) filter: GlobalVerificationErrorFilter,
    @Inject(Homes) private readonly homes: Homes,
    @Inject(Plans) private readonly plans: Plans,
  ) {
    // In front, whatever the application adds: this is then around all other interceptors, and the filter the last that
    // Nest asks. It answers what no handler threw, such as a guard of the application.
    this.takePlace();
    application.getGlobalFilters().unshift(filter);
  }

  /** Stands around the routes that Nest is about to make, also after others were left alone: a module may serve twice. */
  takePlace(): void {
    const interceptors = this.application.getGlobalInterceptors();
    if (!interceptors.includes(this)) interceptors.unshift(this);
  }

  /**
   * Leaves the routes that Nest is about to make to the filter alone: an interceptor stands around every route, also around
   * those without a demand, and costs more than the guard.
   */
  standAside(): void {
    const interceptors = this.application.getGlobalInterceptors();
    const index = interceptors.indexOf(this);
    if (index >= 0) interceptors.splice(index, 1);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [target, handler] = [context.getClass(), context.getHandler()];
    if (this.plans.isUnguarded(target, handler)) {
      const error = new ConfigurationError(
        `${target.name} binds a method in its constructor, and so loses the guards written on it: "${handler.name}" is refused. Write @UseGuards(VerificationGuard) on the class.`,
      );
      return throwError(() => this.responses.misconfigured(error, context));
    }
    return next.handle().pipe(
      catchError((error: unknown) => {
        // Where there are several VerificationModules, each has an interceptor around all handlers.
        if (error instanceof VerificationError && this.homes.isHomeOf(context.getClass()))
          this.responses.prepare(error, context);
        return throwError(() => error);
      }),
    );
  }
}
