import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

const COOKIE = 'visitor';

/** Gives every visitor a random id in a signed cookie. An application with accounts uses the account's id. */
export function identifyVisitors({ production }: { readonly production: boolean }): RequestHandler {
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

/** The id under which a route remembers an accepted visitor. */
export function visitorOf(context: ExecutionContext): string | undefined {
  return visitorIdOf(context.switchToHttp().getRequest<Request>());
}

/** The id of the visitor who sent a request. */
export function visitorIdOf({ signedCookies }: Request): string | undefined {
  return (signedCookies as Record<string, string | undefined>)[COOKIE];
}
