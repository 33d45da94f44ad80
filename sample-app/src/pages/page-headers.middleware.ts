import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * What a page may load: nothing inline, and from elsewhere only the providers' widgets. With real credentials, write the
 * origins of their embeds in place of the sandbox's.
 */
export function pageHeaders(widgetOrigins: readonly string[]): RequestHandler {
  const widgets = widgetOrigins.map(origin => ` ${origin}`).join('');
  const policy = [
    "default-src 'none'",
    `script-src 'self'${widgets}`,
    `connect-src 'self'${widgets}`,
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return (_: Request, response: Response, next: NextFunction) => {
    response.set({
      'Content-Security-Policy': policy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Referrer-Policy': 'same-origin', // a login comes back with a token in the URL
      'X-Content-Type-Options': 'nosniff',
    });
    next();
  };
}
