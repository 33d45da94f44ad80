import type { Server } from 'node:http';
import { Module, ValidationPipe, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { VerificationModule } from 'nestjs-verification';
import { TurnstileService } from 'nestjs-verification/captcha';
import { VerificationTelemetry } from 'nestjs-verification/opentelemetry';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { CheckoutController } from './checkout.controller.js';
import { SignupController } from './signup.controller.js';
import { startSiteverify } from './siteverify.js';

export interface Running {
  readonly app: INestApplication;
  readonly sandbox: Sandbox;
  readonly siteverify: Server;
  readonly url: string;
}

/** The application on a free port, with the sandbox behind it. */
export async function start(): Promise<Running> {
  const sandbox = await startSandbox();
  const { server: siteverify, url: baseUrl } = await startSiteverify();
  const turnstile = { secretKey: 'secret', baseUrl, hostnames: ['shop.example'] };

  @Module({
    imports: [
      VerificationModule.forRoot({
        customProviders: [TurnstileService],
        providers: { ...sandbox.providers, turnstile },
      }),
    ],
    controllers: [CheckoutController, SignupController],
    providers: [VerificationTelemetry],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'], abortOnError: false });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
  await app.listen(0, '127.0.0.1');
  return { app, sandbox, siteverify, url: await app.getUrl() };
}

export async function stop({ app, sandbox, siteverify }: Running): Promise<void> {
  await app.close();
  await sandbox.close();
  siteverify.closeAllConnections();
  siteverify.close();
}

export interface Exchange {
  readonly status: number;
  readonly body: unknown;
}

/** Accepted requests, and refused ones. */
export async function exchange({ url, sandbox }: Running): Promise<Record<string, Exchange>> {
  const { requestId } = sandbox.checkify.start({ requestType: 'age_over_18' });
  sandbox.checkify.approve(requestId);
  const [token, comment] = [sandbox.humanproof.issueToken(), sandbox.humanproof.issueToken()];
  return {
    paid: await post(`${url}/checkout`, { checkify_token: requestId }),
    paidAgain: await post(`${url}/checkout`, { checkify_token: requestId }),
    mistyped: await post(`${url}/orders/7`, { email: 'ada@', 'humanproof-token': token }),
    misplaced: await post(`${url}/orders/first`, { email: 'ada@example.com', 'humanproof-token': token }),
    ordered: await post(`${url}/orders/7`, { email: 'ada@example.com', 'humanproof-token': token }),
    commented: await post(`${url}/comments`, { 'humanproof-token': comment }),
    commentedAgain: await post(`${url}/comments`, { 'humanproof-token': comment }),
    signedUp: await post(`${url}/signup`, { 'cf-turnstile-response': 'token' }),
    withoutEvidence: await post(`${url}/comments`, {}),
  };
}

async function post(url: string, body: object): Promise<Exchange> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as unknown };
}
