import { Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { Pool } from 'undici';
import { HEADERS, isYes, PATH, question, tokenOf, type CheckifyReply } from './checkify-question.js';

/** The guard of somebody who wants no library and no overhead. */
export function handwrittenGuard(upstream: string): Type<CanActivate> {
  const pool = new Pool(upstream, { connections: 256, headersTimeout: 10_000, bodyTimeout: 10_000 });
  @Injectable()
  class HandwrittenGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const requestId = tokenOf(context);
      const { statusCode, body } = await pool.request({
        path: PATH,
        method: 'POST',
        headers: HEADERS,
        body: question(requestId),
      });
      const reply = (await body.json()) as CheckifyReply;
      return statusCode === 200 && isYes(reply, requestId);
    }
  }
  return HandwrittenGuard;
}
