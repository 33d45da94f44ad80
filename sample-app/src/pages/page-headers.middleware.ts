import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * Limits what pages load: nothing inline, and from other origins only the providers' widgets. With real credentials,
 * pass the origins of the providers' embeds instead of the sandbox's. A form may lead to `loginOrigins`: browsers hold
 * every redirect after a form against the policy, and a login passes through several hosts.
 */
export function pageHeaders(
  widgetOrigins: readonly string[],
  loginOrigins: readonly string[],
): RequestHandler {
  const widgets = widgetOrigins.map(origin => ` ${origin}`).join('');
  const policy = [
    "default-src 'none'",
    `script-src 'self'${widgets}`,
    `connect-src 'self'${widgets}`,
    "style-src 'self'",
    "img-src 'self'",
    ["form-action 'self'", ...loginOrigins].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return (_: Request, response: Response, next: NextFunction) => {
    response.set({
      'Content-Security-Policy': policy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Referrer-Policy': 'same-origin', // the URL has a token after a login
      'X-Content-Type-Options': 'nosniff',
    });
    next();
  };
}
