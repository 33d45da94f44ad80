import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';

/** Lets handlers run when as many invocations as were announced have passed their guards. */
export class Gathering implements NestInterceptor {
  static expected = 0;
  private static readonly waiting: (() => void)[] = [];

  async intercept(_: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    await new Promise<void>(resolve => {
      Gathering.waiting.push(resolve);
      if (Gathering.waiting.length < Gathering.expected) return;
      for (const release of Gathering.waiting.splice(0)) release();
    });
    return next.handle();
  }
}
