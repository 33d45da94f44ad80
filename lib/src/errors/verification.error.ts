import { HttpException } from '@nestjs/common';
import { CODE_OF_ERROR, RESPONSES } from './responses.js';
import { responseBody, type VerificationResponse } from './verification.exception.js';

const READ_BY_FILTERS: PropertyDescriptorMap & ThisType<HttpException> = {
  response: {
    get() {
      return this.getResponse();
    },
    enumerable: false,
  },
  status: {
    get() {
      return this.getStatus();
    },
    enumerable: false,
  },
};

/**
 * Thrown where no verdict could be found; never a reason to let a request through. It is an `HttpException`, so that
 * every exception filter answers it with the right status and a body that tells nothing.
 */
export abstract class VerificationError extends HttpException {
  abstract readonly code: keyof typeof CODE_OF_ERROR;
  /** The verification provider concerned, or `undefined` where the module itself is. */
  readonly provider: string | undefined;
  /** The time to wait before asking again, in milliseconds, if known. */
  declare readonly retryAfterMs?: number;

  /**
   * `cause` must hold no secret, no evidence and no provider text; `retryAfterMs` is how long the provider asked us to
   * wait, in milliseconds.
   */
  constructor(
    provider: string | undefined,
    message: string,
    options: { readonly cause?: Error | undefined; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, 500, options.cause && { cause: options.cause });
    this.provider = provider;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    // Some filters read these members; in a log they would only repeat the rest.
    Object.defineProperties(this, READ_BY_FILTERS);
    if (options.cause === undefined) Reflect.deleteProperty(this, 'cause');
    for (const name of ['name', 'message', 'cause', 'options', 'errorCode']) {
      if (Object.hasOwn(this, name)) Object.defineProperty(this, name, { enumerable: false });
    }
  }

  /** The status of the answer; 500 for a mistake of the application. */
  override getStatus(): number {
    return this.getResponse().statusCode;
  }

  /** The body of the answer; says nothing about the provider, the evidence or the reason. */
  override getResponse(): Pick<VerificationResponse, 'statusCode' | 'message'> {
    const code = CODE_OF_ERROR[this.code];
    return answers.get(this) ?? responseBody(code, RESPONSES[code].status, RESPONSES[code].message);
  }

  /** The members that GraphQL servers add to the error. */
  get extensions(): Readonly<Record<string, unknown>> {
    return { code: CODE_OF_ERROR[this.code], originalError: this.getResponse() };
  }
}

const answers = new WeakMap<VerificationError, Pick<VerificationResponse, 'statusCode' | 'message'>>();

/** Gives an error the answer that clients get, and its words: filters show an exception's `message`, too. */
export function answerWith(
  error: VerificationError,
  body: Pick<VerificationResponse, 'statusCode' | 'message'>,
): void {
  answers.set(error, body);
  error.message = body.message;
}

/** Tells whether an error has the answer of its request. */
export function isAnswered(error: VerificationError): boolean {
  return answers.has(error);
}

/** No usable evidence was handed over; no provider call was made. */
export class EvidenceMissingError extends VerificationError {
  readonly code = 'evidence_missing';
}

/** The recipient of a code is neither a phone number with its country code nor an e-mail address. */
export class RecipientMalformedError extends VerificationError {
  readonly code = 'recipient_malformed';
}

/** No code is sent to this recipient: unreachable, blocked, unsubscribed, or in a country that is not allowed. */
export class RecipientRejectedError extends VerificationError {
  readonly code = 'recipient_rejected';
}

/** This recipient, or whoever asks, was sent as many codes as the limits allow; `retryAfterMs` says when there may be another. */
export class RecipientLimitedError extends VerificationError {
  readonly code = 'recipient_limited';
}

/** No answer: network, timeout, 5xx, open circuit breaker, full queue, or a state store that fails. */
export class ProviderUnavailableError extends VerificationError {
  readonly code = 'provider_unavailable';
}

/** The provider asks us to slow down. */
export class ProviderRateLimitedError extends VerificationError {
  readonly code = 'provider_rate_limited';
}

/** An answer that the provider's documentation does not know, or that contradicts itself. */
export class ProviderProtocolError extends VerificationError {
  readonly code = 'provider_protocol';
}

/** The provider refuses our key, our account or our request; a person has to mend it. */
export class ProviderRefusedError extends VerificationError {
  readonly code = 'provider_refused';
}

/** The application's own mistake; the message says what to write instead. */
export class ConfigurationError extends VerificationError {
  get code() {
    return 'configuration' as const;
  }

  constructor(message: string, provider?: string) {
    super(provider, message);
    // The message says where and what to write. Without frames and members it is the last thing on the screen.
    this.stack = `${this.name}: ${message}`;
    Object.defineProperty(this, 'provider', { enumerable: false });
  }

  /** The answer that Nest gives to an error that nobody expected. */
  override getResponse(): Pick<VerificationResponse, 'statusCode' | 'message'> {
    return { statusCode: 500, message: 'Internal server error' };
  }
}
