import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Express, Request, Response } from 'express';

// Express comes with Nest's adapter; the benchmark takes that very one.
const nearAdapter = createRequire(createRequire(import.meta.url).resolve('@nestjs/platform-express'));
const express = nearAdapter('express') as { (): Express; json(): never };

interface Result {
  success?: boolean;
  status?: string;
  approved_claims?: Record<string, boolean>;
}

/** Checkify's "Express and fetch" way of asking, written anew: a fetch per request with an abort timer. */
async function isVerified(upstream: string, requestId: string): Promise<boolean> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, 10_000);
  try {
    const response = await fetch(`${upstream}/v1/qr/results/verify`, {
      method: 'POST',
      headers: { Authorization: 'Bearer csk_bench', 'Content-Type': 'application/json' },
      body: JSON.stringify({ request_id: requestId, required_claims: ['human_verified'], consume: true }),
      signal: controller.signal,
    });
    const result = (await response.json()) as Result;
    return response.ok && result.success === true && result.approved_claims?.['human_verified'] === true;
  } finally {
    clearTimeout(timer);
  }
}

/** Starts an Express application, with or without the check; resolves with its URL. */
export function checkifyExample(check: boolean, upstream: string): Promise<string> {
  const app = express();
  app.use(express.json());
  app.post(
    '/checkout',
    async (request: Request<object, object, { checkify_token?: string }>, response: Response) => {
      const allowed = !check || (await isVerified(upstream, request.body.checkify_token ?? ''));
      if (allowed) response.json({ ok: true });
      else response.status(403).json({ ok: false });
    },
  );
  return new Promise(resolve => {
    const server = app.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    });
  });
}
