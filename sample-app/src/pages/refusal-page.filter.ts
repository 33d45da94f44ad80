import { Catch, HttpException, HttpStatus, NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { Request, Response } from 'express';
import {
  ConfigurationError,
  VerificationError,
  VerificationErrorFilter,
  VerificationException,
} from 'nestjs-verification';
import { wantsPage } from './page.decorator.js';
import { refusalOf, type RefusalCode } from './refusal-words.js';

/** Shows refusals of the guard, and wrong addresses, to browsers as pages. Other clients get the usual JSON. */
@Catch(VerificationException, NotFoundException)
export class RefusalPageFilter extends BaseExceptionFilter {
  override catch(exception: VerificationException | NotFoundException, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const code = codeOf(exception, request);
    const retryAfterMs = exception instanceof VerificationException ? exception.retryAfterMs : undefined;
    if (show(host, code, exception.getStatus(), retryAfterMs)) return;
    const isOwn = code === 'login_cancelled' || code === 'login_unknown';
    const body = isOwn && { ...(exception.getResponse() as object), code };
    super.catch(body ? new HttpException(body, exception.getStatus()) : exception, host);
  }
}

/** Does the same for outages that a service reports, such as a login that cannot start. */
@Catch(VerificationError)
export class OutagePageFilter extends VerificationErrorFilter {
  override catch(error: VerificationError, host: ArgumentsHost): unknown {
    const isOutage = !(error instanceof ConfigurationError);
    const status = HttpStatus.SERVICE_UNAVAILABLE;
    if (isOutage && show(host, 'verification_unavailable', status, error.retryAfterMs)) return undefined;
    return super.catch(error, host);
  }
}

/** What the reason of a refused login means to the shop. */
const LOGIN_CODES: Partial<Record<string, RefusalCode>> = {
  not_verified: 'login_cancelled',
  unknown_evidence: 'login_unknown',
};

/**
 * VerifyID gives one answer to cancelled, failed and late logins: no age. A person who is too young has an age.
 * `reason` is for filters only.
 */
function codeOf(exception: VerificationException | NotFoundException, request: Request): RefusalCode {
  if (!(exception instanceof VerificationException)) return 'not_found';
  const hasLogin = request.originalUrl.includes('token_age_verified');
  const own = hasLogin ? LOGIN_CODES[exception.reason ?? ''] : undefined;
  return own ?? exception.code;
}

function show(host: ArgumentsHost, code: RefusalCode, status: number, retryAfterMs = 0): boolean {
  const http = host.switchToHttp();
  const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()];
  if (!wantsPage(request, response)) return false;
  const isAgeGate = request.path === '/age-gate';
  const isOrder = request.path === '/checkout';
  const isOutage = code === 'verification_unavailable';
  const seconds = Math.ceil(retryAfterMs / 1000);
  if (seconds > 0) response.set('Retry-After', String(seconds));
  response.status(status).set('Cache-Control', 'no-store');
  const words = refusalOf(code, isAgeGate ? 'ageGate' : isOrder ? 'orderPage' : undefined);
  response.render('refused', {
    ...words,
    next: seconds > 0 ? words.next.replace('in a moment', `in ${waitOf(seconds)}`) : words.next,
    status,
    isAgeGate,
    // Only after an outage the proof in the address is still good.
    again: code === 'not_found' ? '' : isOutage ? request.originalUrl : request.path,
    // A login that could not start is started again; a form is filled in again.
    startsAgain: /\/(start|mitid)$/.test(request.path),
    fields: request.body as unknown,
    // MitID works without scripts. The item of an order comes back to the form.
    login: isOutage ? '' : isAgeGate ? '/age-gate/start' : isOrder ? '/checkout/mitid' : '',
  });
  return true;
}

function waitOf(seconds: number): string {
  if (seconds === 1) return 'a second';
  return seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
