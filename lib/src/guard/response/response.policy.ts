import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { leaveAlone } from '../../contract/answer-by.js';
import type { RejectedVerdict, RejectionReason } from '../../contract/verdict.js';
import {
  answerWith,
  ConfigurationError,
  isAnswered,
  type VerificationError,
} from '../../errors/verification.error.js';
import { withoutStack } from '../../errors/without-stack.js';
import { Outcomes } from '../../events/outcomes.js';
import {
  CODE_OF_ERROR,
  CODE_OF_REASON,
  RESPONSES,
  type VerificationResponseCode,
} from '../../errors/responses.js';
import { VerificationModuleOptions } from '../../options/verification.options.js';
import { VerificationException, type VerificationResponse } from '../../errors/verification.exception.js';
import { correlationOf } from './correlation.js';
import { describedDemands } from './described-demands.js';
import { cameIn, lookedFor, lostEvidence, type LostEvidence, type Miss } from './lost-evidence.js';

const ADVICE: Readonly<Record<LostEvidence['cause'], string>> = {
  multipart:
    'nobody parses a multipart form before the guards. Send the evidence in a header, and read it with "evidence".',
  unparsed: 'nobody parsed the body. Turn the body parser on, for this type of body, too.',
  too_long: 'a text in its field is too long to be some.',
  no_text: 'its field holds no text, but a number, say, or a list because the form sent it twice.',
  other_field: 'it may be in a field of another name. Rename it in the page, or set "field" on the route.',
};

/** Makes the refusals that clients get, from the table of responses and what the application overrides. */
@Injectable()
export class ResponsePolicy {
  /** Routes and causes. */
  private readonly lost = new Set<string>();
  private readonly reported = new WeakSet<ConfigurationError>();

  constructor(
    @Inject(VerificationModuleOptions) private readonly options: VerificationModuleOptions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {}

  required(context: ExecutionContext, miss: Miss): VerificationException {
    this.tellOfLoss(miss);
    this.tell(context, {
      code: 'verification_required',
      reason: 'evidence_missing',
      lookedFor: lookedFor(miss),
      came: cameIn(miss),
    });
    const demands = this.options.describeRefusals === true ? describedDemands(miss) : undefined;
    return this.exception('verification_required', context, undefined, undefined, demands);
  }

  rejected({ provider, reason, details }: RejectedVerdict, context: ExecutionContext): VerificationException {
    this.tell(context, { code: CODE_OF_REASON[reason], reason, provider });
    return this.exception(CODE_OF_REASON[reason], context, details.retryAfterMs, reason);
  }

  failed(error: VerificationError, context: ExecutionContext): VerificationException {
    const { code, provider, retryAfterMs } = error;
    if (!isAnswered(error)) this.tell(context, { code: CODE_OF_ERROR[code], reason: code, provider });
    return this.exception(CODE_OF_ERROR[code], context, retryAfterMs);
  }

  /** Tells whether the application refuses nobody. */
  get isObserving(): boolean {
    return this.options.enforcement === 'observe';
  }

  statusOf(code: VerificationResponseCode): number {
    return this.options.statusCodes?.[code] ?? RESPONSES[code].status;
  }

  /** A mistake of the application that only a request brings to light; told to the operator, not to the client. */
  misconfigured(error: ConfigurationError, context: ExecutionContext): VerificationException {
    this.report(error);
    return this.failed(error, context);
  }

  /** Prepares an error that a handler lets pass for whichever filter takes it: its answer, and `Retry-After`. */
  prepare(error: VerificationError, context: ExecutionContext): void {
    if (error instanceof ConfigurationError) this.report(error);
    answerWith(
      error,
      error instanceof ConfigurationError
        ? error.getResponse()
        : (this.failed(error, context).getResponse() as VerificationResponse),
    );
  }

  /** Logs an error once. Nest logs no `HttpException`, and an error passes several filters of this library. */
  private report(error: ConfigurationError): void {
    if (this.reported.has(error)) return;
    this.reported.add(error);
    this.outcomes.error('verification.misconfigured', error.message);
  }

  /** One line per refusal, where `debug` asks for them. */
  private tell(context: ExecutionContext, about: Readonly<Record<string, unknown>>): void {
    if (this.options.debug !== true) return;
    const correlationId = correlationOf(this.options, context);
    const names = [context.getClass(), context.getHandler() as unknown] // a filter's context has neither
      .flatMap(each => (typeof each === 'function' ? each.name : []));
    const route = names.length === 0 ? 'a handler' : `${names.join('.')}()`;
    this.outcomes.log('verification.refused', `${route} was refused`, { ...about, correlationId });
  }

  /** Tells once of a cause that concerns every visitor of a route. */
  private tellOfLoss(miss: Miss): void {
    const lost = lostEvidence(miss);
    if (lost === undefined) return;
    const { target, method, route } = miss.plan;
    const key = JSON.stringify([route, lost.cause]);
    if (this.lost.has(key)) return;
    this.lost.add(key);
    const message = `${target.name}.${String(method)}() found no evidence: ${ADVICE[lost.cause]}`;
    this.outcomes.warn('verification.lost_evidence', message, { ...lost, lookedFor: lookedFor(miss) });
  }

  /** Tells what would have been refused, where the application only observes. */
  observed(response: unknown, context: ExecutionContext): void {
    const code = response instanceof VerificationException ? response.code : undefined;
    const place = `${context.getClass().name}.${context.getHandler().name}()`;
    this.outcomes.log('verification.observed', `${place} would have refused a request`, { code });
  }

  private exception(
    code: VerificationResponseCode,
    context: ExecutionContext,
    retryAfterMs?: number,
    reason?: RejectionReason,
    demands?: VerificationResponse['demands'],
  ): VerificationException {
    if (retryAfterMs !== undefined && !this.isObserving) this.tellToWait(retryAfterMs, context);
    const status = this.statusOf(code);
    const message = this.message(code, context);
    return withoutStack(
      () => new VerificationException(code, status, message, retryAfterMs, reason, demands),
    );
  }

  private tellToWait(retryAfterMs: number, context: ExecutionContext): void {
    const isTime = retryAfterMs >= 0 && retryAfterMs < Infinity;
    if (!isTime || context.getType() !== 'http') return;
    const response = context.switchToHttp().getResponse<unknown>();
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | null; // none outside HTTP applications
    if (adapter === null || typeof response !== 'object' || response === null) return;
    if (adapter.isHeadersSent(response) === true) return; // a handler may throw after it has answered
    adapter.setHeader(response, 'Retry-After', String(Math.ceil(retryAfterMs / 1000)));
  }

  private message(code: VerificationResponseCode, context: ExecutionContext): string {
    const message = this.options.messages?.[code] ?? RESPONSES[code].message;
    if (typeof message === 'string') return message;
    try {
      const text: unknown = message(context);
      if (typeof text === 'string') return text;
      leaveAlone(text);
      this.outcomes.error('verification.misconfigured', `messages.${code} returned no text`);
    } catch (error) {
      this.outcomes.error('verification.misconfigured', `messages.${code} failed`, { origin: error }); // a refusal stays the refusal it is
    }
    return RESPONSES[code].message;
  }
}
