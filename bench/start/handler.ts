import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';

type Handler = Parameters<typeof createServer>[1];

/** Does what a serverless host does: starts the application for its first request, and answers that one. */
export async function answerOnce(root: Pick<ModuleMetadata, 'imports' | 'controllers'>): Promise<void> {
  class RootModule {}
  Module(root)(RootModule);
  const app = await NestFactory.create(RootModule, new ExpressAdapter(), { logger: ['error', 'warn'] });
  await app.init();
  const server = createServer(app.getHttpAdapter().getInstance() as Handler);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const response = await fetch(
    `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/checkout`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        email: 'ada@example.com',
        checkify_token: '56a57761-ff5b-42f0-9c97-000000000001',
      }),
    },
  );
  if (response.status !== 200) throw new Error(`The first request was answered ${String(response.status)}.`);
  await response.arrayBuffer();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system, answeredMs: performance.now() });
}
