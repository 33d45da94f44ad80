import type { INestApplication, LoggerService, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export const PLATFORMS = ['express', 'fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Collects what an operator would read. */
export class CollectingLogger implements LoggerService {
  readonly lines: string[] = [];
  /** Lines about rejected visitors, which are no trouble. */
  readonly rejections: string[] = [];
  /** The list of protected routes. */
  readonly routes: string[] = [];
  log(...parts: unknown[]): void {
    const line = parts.join(' ');
    if (line.includes('[verification.routes')) this.routes.push(line);
    else if (line.includes('[verification.')) this.rejections.push(line);
  }
  error(...parts: unknown[]): void {
    this.lines.push(`error ${parts.join(' ')}`);
  }
  warn(...parts: unknown[]): void {
    this.lines.push(`warn ${parts.join(' ')}`);
  }
}

/** A running Nest application on a free loopback port. */
export interface RunningApplication {
  readonly app: INestApplication;
  readonly url: string;
  readonly logger: CollectingLogger;
}

/** Boots an application; rejects where the boot stops. */
export async function boot(
  platform: Platform,
  metadata: ModuleMetadata,
  setUp?: (app: INestApplication) => void,
): Promise<RunningApplication> {
  class AppModule {}
  Module(metadata)(AppModule);
  const logger = new CollectingLogger();
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(AppModule, adapter, { logger, abortOnError: false });
  try {
    setUp?.(app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  return { app, url: await app.getUrl(), logger };
}

/** What a client sees. */
export interface ClientReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A JSON request as a browser's `fetch` makes it. */
export async function send(
  url: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<ClientReply> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : parse(text), headers: response.headers };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
