import { createHmac, randomUUID } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import type { CookieOptions, NextFunction, Request, RequestHandler, Response } from 'express';

/** The browser that sent a request, and its signed cookies. */
export interface Visitor {
  readonly id: string;
  readonly cookie: (name: string) => string | undefined;
  readonly keep: (name: string, value: string, maxAge: number) => void;
  readonly drop: (name: string) => void;
  /** A text that nobody else can make of this visitor and another text. */
  readonly keyed: (text: string) => string;
}
const visitors = new WeakMap<Request, Visitor>();

/**
 * Gives every visitor a random id in a signed cookie. An application with accounts uses the account's id. No answer is
 * stored anywhere: each is for one visitor. Over https, browsers take the cookies only from this host itself, not from a
 * subdomain.
 */
export function identifyVisitors({
  publicUrl,
  cookieSecret,
}: {
  readonly publicUrl: string | undefined;
  readonly cookieSecret: string;
}): RequestHandler {
  const secure = publicUrl?.startsWith('https:') === true;
  const options: CookieOptions = { signed: true, httpOnly: true, sameSite: 'lax', secure, path: '/' };
  const named = (name: string): string => (secure ? `__Host-${name}` : name);
  return (request: Request, response: Response, next: NextFunction) => {
    const cookie = (name: string): string | undefined => {
      const value = (request.signedCookies as Record<string, unknown>)[named(name)];
      return typeof value === 'string' ? value : undefined;
    };
    const known = cookie('visitor');
    const id = known ?? randomUUID();
    if (id !== known) response.cookie(named('visitor'), id, options);
    visitors.set(request, {
      id,
      cookie,
      keep: (name, value, maxAge) => response.cookie(named(name), value, { ...options, maxAge }),
      drop: name => response.clearCookie(named(name), options),
      keyed: text =>
        createHmac('sha256', cookieSecret)
          .update(JSON.stringify([id, text]))
          .digest('base64url'),
    });
    response.set('Cache-Control', 'no-store');
    next();
  };
}

/** The visitor who sent a request. */
export function visitorIn(request: Request): Visitor | undefined {
  return visitors.get(request);
}

/** The id of the visitor who sent a request. */
export function visitorOf(context: ExecutionContext): string | undefined {
  return visitorIn(context.switchToHttp().getRequest<Request>())?.id;
}
