import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import type { CookieOptions, NextFunction, Request, RequestHandler, Response } from 'express';

const ADMITTED_MS = 30 * 60_000;

interface Visitor {
  readonly id: string;
  readonly admission: string;
  readonly admit: () => void;
  readonly leave: () => void;
}
const visitors = new WeakMap<Request, Visitor>();

/**
 * Gives every visitor a random id in a signed cookie, and every admission another. An application with accounts uses the
 * account's id. No answer is stored anywhere: each is for one visitor. Over https, browsers take the cookies only from
 * this host itself, not from a subdomain.
 */
export function identifyVisitors({ publicUrl }: { readonly publicUrl: string | undefined }): RequestHandler {
  const secure = publicUrl?.startsWith('https:') === true;
  const prefix = secure ? '__Host-' : '';
  const options: CookieOptions = { signed: true, httpOnly: true, sameSite: 'lax', secure, path: '/' };
  const [visitor, admitted] = [`${prefix}visitor`, `${prefix}admitted`];
  return (request: Request, response: Response, next: NextFunction) => {
    const cookies = request.signedCookies as Record<string, unknown>;
    const known = cookies[visitor];
    const id = typeof known === 'string' ? known : randomUUID();
    if (id !== known) response.cookie(visitor, id, options);
    const admission = current(cookies[admitted]) ?? `${randomUUID()}.${Date.now() + ADMITTED_MS}`;
    visitors.set(request, {
      id,
      admission,
      admit: () => response.cookie(admitted, admission, { ...options, maxAge: ADMITTED_MS }),
      leave: () => response.clearCookie(admitted, options),
    });
    response.set('Cache-Control', 'no-store');
    next();
  };
}

/** An admission that has ended is none: who admits an adult again must not admit who made this cookie. */
function current(cookie: unknown): string | undefined {
  return typeof cookie === 'string' && Number(cookie.split('.')[1]) > Date.now() ? cookie : undefined;
}

/**
 * The id under which an adult is remembered. Until the adult is admitted, it is new with each request, so that a cookie
 * that somebody else put into the browser beforehand is never remembered.
 */
export function admissionOf(context: ExecutionContext): string | undefined {
  return visitors.get(context.switchToHttp().getRequest<Request>())?.admission;
}

/** Keeps the id of the admission in a cookie. */
export function admit(request: Request): void {
  visitors.get(request)?.admit();
}

/** Drops the cookie of the admission. Returns the id that is to be forgotten. */
export function leave(request: Request): string | undefined {
  const visitor = visitors.get(request);
  visitor?.leave();
  return visitor?.admission;
}

/** The id of the visitor who sent a request. */
export function visitorOf(context: ExecutionContext): string | undefined {
  return visitorIdOf(context.switchToHttp().getRequest<Request>());
}

/** The id of the visitor who sent a request. */
export function visitorIdOf(request: Request): string | undefined {
  return visitors.get(request)?.id;
}
