import { afterEach, expect, it } from '@jest/globals';
import { Catch, Controller, Post, type ArgumentsHost } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Response } from 'express';
import { ProviderUnavailableError, VerificationError, VerificationModule } from 'nestjs-verification';
import { optionsFor } from '../support/answering.js';
import { StubServer } from '../support/stub-server.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

it('a second application of one module has the answers prepared for the filter that only it has', async () => {
  const stub = await StubServer.start();
  open.push({ close: () => stub.stop() });
  @Controller('down')
  class DownController {
    @Post()
    ask(): never {
      throw new ProviderUnavailableError('humanproof', 'down', { retryAfterMs: 5000 });
    }
  }
  @Catch(VerificationError)
  class OwnFilter {
    catch(error: VerificationError, host: ArgumentsHost): void {
      host.switchToHttp().getResponse<Response>().status(error.getStatus()).json({});
    }
  }
  const statusCodes = { verification_unavailable: 502 };
  const module = await Test.createTestingModule({
    imports: [VerificationModule.forRoot({ ...optionsFor(stub), statusCodes })],
    controllers: [DownController],
  }).compile();
  await module.createNestApplication().init();
  const second = module.createNestApplication();
  second.useGlobalFilters(new OwnFilter());
  await second.listen(0, '127.0.0.1');
  open.push(second);
  const { status, headers } = await fetch(`${await second.getUrl()}/down`, { method: 'POST' });
  expect([status, headers.get('retry-after')]).toEqual([502, '5']);
});
