import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import { ExternalContextCreator, LazyModuleLoader } from '@nestjs/core';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

let ran = 0;

@Controller('lazy')
class LazyController {
  @Get()
  @RequireVerification('checkify')
  read(): void {
    ran++;
  }
}

@Injectable()
@UseGuards(VerificationGuard)
class LazyHandlers {
  @RequireVerification('checkify', { evidence: context => context.getArgByIndex<{ requestId?: string }>(0) })
  act(): string {
    ran++;
    return 'ran';
  }

  @RequireVerification('humanproof', { evidence: context => context.getArgByIndex<{ token?: string }>(0) })
  unconfigured(): void {
    ran++;
  }
}

@Module({ controllers: [LazyController], providers: [LazyHandlers], exports: [LazyHandlers] })
class LazyModule {}

describe('a module that is loaded later, which no audit sees', () => {
  let stub: StubServer;
  let running: RunningApplication;
  let handlers: LazyHandlers;

  beforeAll(async () => {
    stub = await StubServer.start();
    stub.reset(yes);
    const { checkify } = optionsFor(stub).providers ?? {};
    running = await boot('express', {
      imports: [VerificationModule.forRoot({ providers: { checkify: checkify! } })],
    });
    const loaded = await running.app.get(LazyModuleLoader).load(() => LazyModule);
    handlers = loaded.get(LazyHandlers);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    ran = 0;
  });

  const call = (method: 'act' | 'unconfigured', message: object): Promise<unknown> => {
    const creator = running.app.get(ExternalContextCreator);
    const handler = (LazyHandlers.prototype as unknown as Record<string, () => unknown>)[method]!;
    const invoke = creator.create(
      handlers,
      handler,
      method,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'rpc',
    );
    return (invoke as (message: object) => Promise<unknown>)(message);
  };

  it('serves no route', async () => {
    expect((await send(`${running.url}/lazy?checkify_request_id=r1`)).status).toBe(404);
    expect(ran).toBe(0);
  });

  it('is held to its demands by the guard', async () => {
    await expect(call('act', {})).rejects.toMatchObject({ code: 'verification_required' });
    await expect(call('act', { requestId: 'r1' })).resolves.toBe('ran');
    expect(ran).toBe(1);
  });

  it('is refused what can never be met', async () => {
    await expect(call('unconfigured', { token: 't1' })).rejects.toMatchObject({
      code: 'verification_unavailable',
    });
    expect(ran).toBe(0);
    expect(running.logger.lines.join()).toContain('"humanproof" is not configured');
  });
});
