import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { All, Controller, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type RouteRequirement,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

@Controller()
@UseGuards(VerificationGuard)
class RenamedController {
  @All('checkify')
  @RequireVerification('checkify', { field: 'proof' })
  checkify(): void {}

  @All('humanproof')
  @RequireVerification('humanproof', { field: 'proof' })
  humanproof(): void {}

  @All('verifyid')
  @RequireVerification('verifyid', { claims: ['age_over_18'], field: { token: 'age', deviceId: 'device' } })
  verifyid(): void {}

  @All('verifyid/token')
  @RequireVerification('verifyid', { claims: ['age_over_18'], field: { token: 'age' } })
  token(): void {}

  @All('engagelab')
  @RequireVerification('engagelab', { field: { verifyCode: 'code' } })
  engagelab(): void {}
}

type Place = 'body' | 'query';
type Row = readonly [route: string, place: Place, fields: string, passes: boolean];

/** The fields of a request, by route and place. */
const ROWS: readonly Row[] = [
  ['checkify', 'body', 'proof', true],
  ['checkify', 'body', 'checkify_token', false],
  ['checkify', 'query', 'checkify_request_id', true],
  ['checkify', 'query', 'proof', false],
  ['humanproof', 'body', 'proof', true],
  ['humanproof', 'body', 'humanproof-token', false],
  ['humanproof', 'query', 'proof', false],
  ['verifyid', 'body', 'age device', true],
  ['verifyid', 'query', 'age device', true],
  ['verifyid', 'body', 'token_age_verified device_id', false],
  ['verifyid', 'query', 'token_age_verified device_id', false],
  ['verifyid', 'body', 'token device', false],
  ['verifyid', 'query', 'token device', false],
  ['verifyid', 'body', 'age device_id', false],
  ['verifyid/token', 'body', 'age device_id', true],
  ['verifyid/token', 'query', 'age device_id', true],
  ['verifyid/token', 'query', 'token device_id', false],
  ['engagelab', 'body', 'challenge_id code', true],
  ['engagelab', 'body', 'challenge_id verify_code', false],
];

const VALUES: Readonly<Record<string, string>> = { code: '123456', verify_code: '123456' };

describe.each(PLATFORMS)('a field that a route renames, on %s,', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [RenamedController],
    });
  });
  beforeEach(() => {
    stub.reset(yes);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it.each(ROWS)('/%s reads the %s with %s: %s', async (route, place, fields, passes) => {
    const otp = running.app.get(EngageLabOtpService);
    const { challengeId } = await otp.send({ to: '+4512345678', templateId: 't' });
    const values = { ...VALUES, challenge_id: challengeId };
    const sent = Object.fromEntries(
      fields.split(' ').map(name => [name, (values as typeof VALUES)[name] ?? 'proof-1']),
    );
    stub.reset(yes);
    const url = `${running.url}/${route}`;
    const { status } =
      place === 'body'
        ? await send(url, sent)
        : await send(`${url}?${String(new URLSearchParams(sent))}`, {});
    expect({ status, calls: stub.seen.length }).toEqual(
      passes ? { status: 200, calls: 1 } : { status: 403, calls: 0 },
    );
  });

  it('stops the boot where a function reads the evidence', async () => {
    @Controller()
    @UseGuards(VerificationGuard)
    class Mistaken {
      @All()
      @RequireVerification('checkify', { field: 'proof', evidence: () => ({ requestId: 'r1' }) })
      all(): void {}
    }
    const imports = [VerificationModule.forRoot(optionsFor(stub))];
    const booting = boot(platform, { imports, controllers: [Mistaken] });
    await expect(booting).rejects.toThrow('"field" and "evidence" of "checkify" exclude each other.');
  });

  it.each<[string, 'checkify' | 'engagelab', unknown]>([
    ['no text', 'checkify', 7],
    ['an empty text', 'checkify', ''],
    ['a list', 'checkify', ['proof']],
    ['an unknown member', 'checkify', { token: 'proof' }],
    ['an empty name', 'checkify', { requestId: '' }],
    ['one name for two members', 'engagelab', 'code'],
    ['a member that no field brings', 'engagelab', { messageId: 'id' }],
  ])('stops the boot where it is %s', async (_, provider, field) => {
    const requirement = { field } as unknown as RouteRequirement<'checkify'>;
    @Controller()
    @UseGuards(VerificationGuard)
    class Mistaken {
      @All()
      @RequireVerification(provider as 'checkify', requirement)
      all(): void {}
    }
    const booting = boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [Mistaken],
    });
    await expect(booting).rejects.toThrow(`"field" of "${provider}" must be`);
  });
});
