import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

const COOKIE = 'visitor';

/** Gives every visitor a random name in a signed cookie; an application with accounts has a better one. */
export function nameVisitors({ production }: { readonly production: boolean }): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const cookies = request.signedCookies as Record<string, unknown>;
    if (typeof cookies[COOKIE] !== 'string') {
      cookies[COOKIE] = randomUUID();
      response.cookie(COOKIE, cookies[COOKIE], {
        signed: true,
        httpOnly: true,
        sameSite: 'lax',
        secure: production,
      });
    }
    next();
  };
}

/** Whose acceptance is remembered. */
export function visitorOf(context: ExecutionContext): string | undefined {
  return nameOf(context.switchToHttp().getRequest<Request>());
}

/** The visitor's name of a request. */
export function nameOf({ signedCookies }: Request): string | undefined {
  return (signedCookies as Record<string, string | undefined>)[COOKIE];
}
