import {
  HttpStatus,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { map, mergeMap, type Observable } from 'rxjs';

/**
 * Shows the handler's result to browsers as a page. Other clients get it as JSON. The handler must not return an object
 * that a visitor sent: hbs reads a member `layout` as the name of a file.
 */
export function Page(view: string): MethodDecorator {
  return UseInterceptors(new PageInterceptor(view));
}

class PageInterceptor implements NestInterceptor {
  constructor(private readonly view: string) {}

  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<unknown> {
    const http = context.switchToHttp();
    const response = http.getResponse<Response>();
    if (!wantsPage(http.getRequest<Request>(), response)) return next.handle();
    return next.handle().pipe(mergeMap(model => rendered(response, this.view, model)));
  }
}

/** Leads browsers to a page after the handler, so that a reload sends no form again. Other clients get the result as JSON. */
export function PageAfter(path: string): MethodDecorator {
  return UseInterceptors(new PageAfterInterceptor(path));
}

class PageAfterInterceptor implements NestInterceptor {
  constructor(private readonly path: string) {}

  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<unknown> {
    const http = context.switchToHttp();
    const response = http.getResponse<Response>();
    if (!wantsPage(http.getRequest<Request>(), response)) return next.handle();
    return next.handle().pipe(
      map(() => {
        response.status(HttpStatus.SEE_OTHER).location(this.path);
        return '';
      }),
    );
  }
}

/** Tells whether the client prefers a page to JSON, as browsers do. */
export function wantsPage(request: Request, response: Response): boolean {
  response.vary('Accept');
  return request.accepts(['json', 'html']) === 'html';
}

function rendered(response: Response, view: string, model: object): Promise<string> {
  response.set('Cache-Control', 'no-store');
  return new Promise((resolve, reject) => {
    response.render(view, model, (error: Error | null, html) => {
      if (error === null) resolve(html);
      else reject(error);
    });
  });
}
