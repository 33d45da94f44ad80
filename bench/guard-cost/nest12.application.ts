import { HttpModule, HttpService } from '@nestjs/axios';
import {
  Controller,
  ForbiddenException,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Post,
  ServiceUnavailableException,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { firstValueFrom } from 'rxjs';
import { Pool } from 'undici';

const KEY = 'csk_bench';

@Controller('checkout')
class OpenController {
  @Post()
  @HttpCode(200)
  pay(): object {
    return { ok: true };
  }
}

@Controller('checkout')
class GuardedController {
  @Post()
  @HttpCode(200)
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify')
  pay(): object {
    return { ok: true };
  }
}

interface Result {
  success?: unknown;
  status?: unknown;
  request_id?: unknown;
  approved_claims?: Record<string, unknown>;
}

function evidenceOf(context: ExecutionContext): string {
  const { body } = context.switchToHttp().getRequest<{ body?: { checkify_token?: unknown } }>();
  const token = body?.checkify_token;
  if (typeof token !== 'string') throw new ForbiddenException();
  return token;
}

function question(requestId: string): string {
  return JSON.stringify({ request_id: requestId, required_claims: ['human_verified'], consume: true });
}

function isYes(result: Result, requestId: string): boolean {
  return (
    result.success === true &&
    result.status === 'completed' &&
    result.request_id === requestId &&
    result.approved_claims?.['human_verified'] === true
  );
}

const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

/** What somebody writes who wants no library and no overhead. */
function handwrittenGuard(upstream: string): Type<CanActivate> {
  const pool = new Pool(upstream, { connections: 256, headersTimeout: 10_000, bodyTimeout: 10_000 });
  @Injectable()
  class HandwrittenGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const requestId = evidenceOf(context);
      const { statusCode, body } = await pool.request({
        path: '/v1/qr/results/verify',
        method: 'POST',
        headers: HEADERS,
        body: question(requestId),
      });
      const result = (await body.json()) as Result;
      return statusCode === 200 && isYes(result, requestId);
    }
  }
  return HandwrittenGuard;
}

/** What somebody writes who follows the Nest documentation. */
function httpServiceGuard(upstream: string): Type<CanActivate> {
  @Injectable()
  class HttpServiceGuard implements CanActivate {
    constructor(@Inject(HttpService) private readonly http: HttpService) {}

    async canActivate(context: ExecutionContext): Promise<boolean> {
      const requestId = evidenceOf(context);
      const { data } = await firstValueFrom(
        this.http.post<Result>(`${upstream}/v1/qr/results/verify`, question(requestId), { headers: HEADERS }),
      );
      return isYes(data, requestId);
    }
  }
  return HttpServiceGuard;
}

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    throw new ServiceUnavailableException();
  }
}

function guardedBy(guard: Type<CanActivate>): Type {
  @Controller('checkout')
  @UseGuards(guard)
  class HandwrittenController {
    @Post()
    @HttpCode(200)
    pay(): object {
      return { ok: true };
    }
  }
  return HandwrittenController;
}

function root(kind: string, upstream: string): { imports: (DynamicModule | Type)[]; controllers: Type[] } {
  const ours = (options: VerificationModuleOptions): DynamicModule =>
    VerificationModule.forRoot({
      allowLoopback: true,
      providers: { checkify: { apiKey: KEY, baseUrl: upstream } },
      ...options,
    });
  switch (kind) {
    case 'floor':
      return { imports: [], controllers: [OpenController] };
    case 'undecorated':
      return { imports: [ours({ globalGuard: true })], controllers: [OpenController] };
    case 'axios':
    case 'undici':
      return { imports: [ours({ http: { transport: kind } })], controllers: [GuardedController] };
    case 'customised':
      return { imports: [ours({ http: { axios: {} } })], controllers: [GuardedController] };
    case 'open':
      return {
        imports: [
          ours({
            // Nobody listens on port 1, so that the first request opens the breaker for good.
            providers: { checkify: { apiKey: KEY, baseUrl: 'http://127.0.0.1:1' } },
            http: { retries: 0, breaker: { failures: 1, coolDownMs: 2_147_483_647 } },
          }),
        ],
        controllers: [GuardedController],
      };
    case 'refusing':
      return { imports: [], controllers: [guardedBy(RefusingGuard)] };
    case 'handwritten':
      return { imports: [], controllers: [guardedBy(handwrittenGuard(upstream))] };
    case 'httpservice':
      return { imports: [HttpModule], controllers: [guardedBy(httpServiceGuard(upstream))] };
    default:
      throw new Error(`no application "${kind}"`);
  }
}

/** Starts a Nest 12 application; resolves with its URL. */
export async function nest12(fastify: boolean, kind: string, upstream: string): Promise<string> {
  class RootModule {}
  Module(root(kind, upstream))(RootModule);
  const adapter = fastify ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(RootModule, adapter, {
    logger: kind === 'open' ? false : ['error', 'warn'],
  });
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
