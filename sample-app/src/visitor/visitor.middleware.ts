import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** A browser takes a cookie of the second name only over https and from this host itself, not from a subdomain. */
const [PLAIN, STRICT] = ['visitor', '__Host-visitor'];
const ids = new WeakMap<Request, string>();

/**
 * Gives every visitor a random id in a signed cookie. An application with accounts uses the account's id. No answer is
 * stored anywhere: each is for one visitor.
 */
export function identifyVisitors({ publicUrl }: { readonly publicUrl: string | undefined }): RequestHandler {
  const secure = publicUrl?.startsWith('https:') === true;
  const name = secure ? STRICT : PLAIN;
  return (request: Request, response: Response, next: NextFunction) => {
    const known = (request.signedCookies as Record<string, unknown>)[name];
    const id = typeof known === 'string' ? known : randomUUID();
    ids.set(request, id);
    if (id !== known)
      response.cookie(name, id, { signed: true, httpOnly: true, sameSite: 'lax', secure, path: '/' });
    response.set('Cache-Control', 'no-store');
    next();
  };
}

/** The id under which a route remembers an accepted visitor. */
export function visitorOf(context: ExecutionContext): string | undefined {
  return visitorIdOf(context.switchToHttp().getRequest<Request>());
}

/** The id of the visitor who sent a request. */
export function visitorIdOf(request: Request): string | undefined {
  return ids.get(request);
}
