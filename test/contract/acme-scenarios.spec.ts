import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { VerificationModule, VerificationService, type VerificationError } from 'nestjs-verification';
import { AcmeService } from './acme.provider.js';

it.each([
  { status: 200, body: '{"member":true}', becomes: 'accepted' },
  { status: 200, body: '{"member":false}', becomes: 'rejected' },
  { status: 202, body: '{"member":true}', becomes: 'provider_protocol' },
  { status: 200, body: '{"member":"true"}', becomes: 'provider_protocol' },
  { status: 503, body: '', becomes: 'provider_unavailable' },
])('$status with $body becomes $becomes', async ({ status, body, becomes }) => {
  const acme = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
  await once(acme, 'listening');
  const baseUrl = `http://127.0.0.1:${(acme.address() as { port: number }).port}`;
  const options = { customProviders: [AcmeService], providers: { acme: { key: 'a-key', baseUrl } } };
  const imports = [VerificationModule.forRoot({ ...options, http: { retries: 0 } })];
  const module = await Test.createTestingModule({ imports }).compile();
  const verdict = module.get(VerificationService).verify('acme', { pass: 'p-1' });
  const ended = verdict.then(({ outcome }) => outcome);
  const outcome = await ended.catch((error: unknown) => (error as VerificationError).code);
  await module.close().finally(() => acme.close());
  expect(outcome).toBe(becomes);
});
