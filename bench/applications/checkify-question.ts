import { ForbiddenException, type ExecutionContext } from '@nestjs/common';

/** The part of Checkify's reply that a hand-written guard must read. */
export interface CheckifyReply {
  readonly success?: unknown;
  readonly status?: unknown;
  readonly request_id?: unknown;
  readonly approved_claims?: Readonly<Record<string, unknown>>;
}

export const PATH = '/v1/qr/results/verify';
export const HEADERS = { authorization: 'Bearer csk_bench', 'content-type': 'application/json' };

/** The token in the body of the request. */
export function tokenOf(context: ExecutionContext): string {
  const { body } = context.switchToHttp().getRequest<{ body?: { checkify_token?: unknown } }>();
  const token = body?.checkify_token;
  if (typeof token !== 'string') throw new ForbiddenException();
  return token;
}

/** The body that asks Checkify about a token. */
export function question(requestId: string): string {
  return JSON.stringify({ request_id: requestId, required_claims: ['human_verified'], consume: true });
}

export function isYes(reply: CheckifyReply, requestId: string): boolean {
  return (
    reply.success === true &&
    reply.status === 'completed' &&
    reply.request_id === requestId &&
    reply.approved_claims?.['human_verified'] === true
  );
}
