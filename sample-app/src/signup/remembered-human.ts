import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { visitorIdOf } from '../visitor/visitor.middleware.js';

/** A human who shows it once does so for the whole sign-up. */
export const REMEMBERED_HUMAN = {
  for: '30m',
  subject: (context: ExecutionContext): string => signUpOf(context.switchToHttp().getRequest<Request>()),
} as const;

/** The name of a visitor's sign-up. The age gate remembers the same visitor under another name. */
export function signUpOf(request: Request): string {
  return `signup:${String(visitorIdOf(request))}`;
}
