import type { OpenAPIObject } from '@nestjs/swagger';
import type { ResponsePolicy } from '../guard/response/response.policy.js';
import { RESPONSE_CODES, RESPONSES } from '../errors/responses.js';
import type { Operation } from './evidence-schema.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const NAME = 'VerificationResponse';

/** The codes of the guard. A malformed recipient is a matter of `send()`. */
const CODES = RESPONSE_CODES.filter(code => code !== 'recipient_malformed');

/** The body of every refusal. */
export const REFUSAL_SCHEMA: Schemas = {
  [NAME]: {
    type: 'object',
    required: ['statusCode', 'code', 'message', 'error'],
    properties: {
      statusCode: { type: 'integer' },
      code: { type: 'string', enum: CODES },
      message: { type: 'string' },
      error: { type: 'string' },
      demands: {
        type: 'array',
        description: 'With `describeRefusals`: all must be met, each by any one of its own list.',
        items: { type: 'array', items: { type: 'object' } },
      },
    },
  },
};

/** Adds what the guard answers, under statuses for which the application documents nothing itself. */
export function addRefusals(operation: Operation, policy: ResponsePolicy): void {
  for (const status of new Set(CODES.map(code => policy.statusOf(code)))) {
    if (operation.responses[status] !== undefined) continue;
    const codes = CODES.filter(code => policy.statusOf(code) === status);
    operation.responses[status] = {
      description: codes.map(code => RESPONSES[code].description).join(' '),
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${NAME}` } } },
      ...(codes.some(code => RESPONSES[code].retryAfter) ? { headers: RETRY_AFTER } : {}),
    };
  }
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait, where they are known.',
    schema: { type: 'integer' as const },
  },
};
