import { Catch, HttpStatus, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { Request, Response } from 'express';
import {
  ConfigurationError,
  VerificationError,
  VerificationErrorFilter,
  VerificationException,
  type VerificationResponseCode,
} from 'nestjs-verification';
import { wantsPage } from './page.decorator.js';
import { refusalOf } from './refusal-words.js';

/** Shows refusals of the guard to browsers as pages. Other clients get the usual JSON. */
@Catch(VerificationException)
export class RefusalPageFilter extends BaseExceptionFilter {
  override catch(exception: VerificationException, host: ArgumentsHost): void {
    if (!show(host, exception.code, exception.getStatus(), exception.retryAfterMs))
      super.catch(exception, host);
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

function show(
  host: ArgumentsHost,
  code: VerificationResponseCode,
  status: number,
  retryAfterMs = 0,
): boolean {
  const http = host.switchToHttp();
  const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()];
  if (!wantsPage(request, response)) return false;
  const isAgeGate = request.path === '/age-gate';
  const seconds = Math.ceil(retryAfterMs / 1000);
  if (seconds > 0) response.set('Retry-After', String(seconds));
  response.status(status).set('Cache-Control', 'no-store');
  response.render('refused', {
    ...refusalOf(code, isAgeGate ? 'ageGate' : undefined),
    wait: seconds > 0 ? waitOf(seconds) : '',
    status,
    isAgeGate,
    // A login that could not start is started again; a form is filled in again.
    startsAgain: request.method === 'POST' && Object.keys(Object(request.body) as object).length === 0,
    needsLogin: isAgeGate && (code === 'verification_required' || code === 'verification_rejected'),
  });
  return true;
}

function waitOf(seconds: number): string {
  if (seconds === 1) return 'a second';
  return seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
