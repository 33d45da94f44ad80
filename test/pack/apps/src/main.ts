import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HttpException, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import * as library from 'nestjs-verification';
import * as captcha from 'nestjs-verification/captcha';
import * as opentelemetry from 'nestjs-verification/opentelemetry';
import * as redis from 'nestjs-verification/redis';
import * as sandbox from 'nestjs-verification/sandbox';
import * as swagger from 'nestjs-verification/swagger';
import * as terminus from 'nestjs-verification/terminus';
import * as testing from 'nestjs-verification/testing';
import { exchange, start, stop } from './application.js';
import { underTest } from './kit.js';

type Exports = Record<string, unknown>;

/** The exported names that are not one and the same thing however the package is loaded. */
async function copies(): Promise<string[]> {
  const require = createRequire(join(process.cwd(), 'package.json'));
  const doors: Exports[][] = [
    [library, require('nestjs-verification') as Exports, await import('nestjs-verification')],
    [sandbox, require('nestjs-verification/sandbox') as Exports, await import('nestjs-verification/sandbox')],
    [captcha, require('nestjs-verification/captcha') as Exports, await import('nestjs-verification/captcha')],
    [redis, require('nestjs-verification/redis') as Exports, await import('nestjs-verification/redis')],
    [
      opentelemetry,
      require('nestjs-verification/opentelemetry') as Exports,
      await import('nestjs-verification/opentelemetry'),
    ],
    [swagger, require('nestjs-verification/swagger') as Exports, await import('nestjs-verification/swagger')],
    [testing, require('nestjs-verification/testing') as Exports, await import('nestjs-verification/testing')],
    [
      terminus,
      require('nestjs-verification/terminus') as Exports,
      await import('nestjs-verification/terminus'),
    ],
  ];
  return doors.flatMap(([first = {}, ...others]) =>
    Object.keys(first)
      .filter(name => name !== 'default') // what compiled CommonJS adds to a namespace
      .filter(name => others.some(other => other[name] !== first[name])),
  );
}

/** What the OpenAPI document says that a checkout can answer. */
function documented(app: INestApplication): string[] {
  const config = new DocumentBuilder().build();
  const document = swagger.documentVerification(app, () => SwaggerModule.createDocument(app, config));
  return Object.keys(document.paths['/checkout']?.post?.responses ?? {});
}

async function main(): Promise<void> {
  const running = await start();
  const report = {
    replies: await exchange(running),
    underTest: await underTest(),
    documented: documented(running.app),
    copies: await copies(),
    ownHttpException:
      new library.VerificationException('verification_required', 403, '') instanceof HttpException,
  };
  await stop(running);
  console.log(JSON.stringify(report));
}

void main();
