import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { ConfigModule } from '@nestjs/config';
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
  const { port } = acme.address() as { port: number };
  Object.assign(process.env, { ACME_KEY: 'a key', ACME_BASE_URL: `http://127.0.0.1:${port}` });
  const verification = VerificationModule.forRoot({ customProviders: [AcmeService], http: { retries: 0 } });
  const imports = [ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }), verification];
  const module = await Test.createTestingModule({ imports }).compile();
  const verdict = module.get(VerificationService).verify('acme', { pass: 'p-1' });
  const ended = verdict.then(({ outcome }) => outcome);
  const outcome = await ended.catch((error: unknown) => (error as VerificationError).code);
  await module.close().finally(() => acme.close());
  expect(outcome).toBe(becomes);
});
