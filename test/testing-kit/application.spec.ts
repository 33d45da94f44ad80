import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Injectable,
  Module,
  Post,
  UseGuards,
  type INestApplication,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  CheckifyService,
  ConfigurationError,
  RequireVerification,
  StateStore,
  VerificationGuard,
  VerificationModule,
  Verified,
  type AcceptedVerdict,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import {
  type Answer,
  type Check,
  DeclaredEvidence,
  inBody,
  type Requirement,
  VerificationProvider,
} from 'nestjs-verification/provider';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import {
  overrideVerification,
  VerificationFakes,
  VerificationTestingModule,
} from 'nestjs-verification/testing';
import { acmeAt } from '../contract/acme-at.js';
import { AcmeOptions, AcmeService } from '../contract/acme.provider.js';
import { PLATFORMS } from '../support/application.js';
import { module } from '../support/module.js';
import { StubServer } from '../support/stub-server.js';
import { listen, start } from './running.js';
import { appModule, PROOF, ShopModule } from './shop.js';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});
const closing = <T extends { readonly app: { close(): Promise<void> } }>(test: T): T => {
  running.push(test.app);
  return test;
};

describe('a test does not depend on the machine', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it.each<[string, Record<string, string>]>([
    ['production', { NODE_ENV: 'production' }],
    ['credentials that contradict each other', { CHECKIFY_API_KEY: 'one', CHECKIFY_SITE_API_KEY: 'two' }],
    ['a base URL that is none', { HUMANPROOF_BASE_URL: 'nowhere' }],
    ['a proxy that is none', { HTTPS_PROXY: 'proxy:3128' }],
  ])('under %s', async (_, environment) => {
    Object.assign(process.env, environment);
    const { verification, post } = closing(await start({ imports: [appModule()] }));
    verification.checkify.accept();
    expect(await post('human', PROOF.checkify)).toMatchObject({ status: 201 });
  });

  it('on the sandbox, under production', async () => {
    process.env['NODE_ENV'] = 'production';
    const sandbox = await startSandbox();
    running.push(sandbox);
    const builder = Test.createTestingModule({ imports: [appModule()] });
    overrideVerification(builder, { sandbox });
    const { post } = closing(await listen(builder, 'express'));
    expect(await post('contact', { 'humanproof-token': sandbox.humanproof.issueToken() })).toMatchObject({
      status: 201,
    });
  });
});

describe('the kit says how it is used', () => {
  const builder = () => Test.createTestingModule({ imports: [appModule()] });

  it.each<[string, unknown]>([
    ['a sandbox that has not started', { sandbox: undefined }],
    ['a sandbox that nobody awaited', { sandbox: Promise.resolve({ providers: {} }) }],
    ['an address', { sandbox: 'http://127.0.0.1:4010' }],
    ['nothing', {}],
    ['null', null],
  ])('to whom gives it %s', (_, override) => {
    expect(() => {
      overrideVerification(builder(), override as never);
    }).toThrow(/needs a sandbox that runs: const sandbox = await startSandbox/);
  });

  it.each([undefined, {}, Promise.resolve()])('to whom gives it no builder: %s', wrong => {
    expect(() => overrideVerification(wrong as never)).toThrow(
      /Test\.createTestingModule\(\).*before compile/,
    );
  });

  it('to whom puts a mock in the place of a service', async () => {
    const mocked = builder()
      .overrideProvider(CheckifyService)
      .useValue({ verify: () => 'yes' });
    await expect(mocked.compile()).rejects.toThrow(/is no verification provider.*overrideVerification/);
  });
});

describe('what the application says about itself still holds', () => {
  it.each<[string, VerificationModuleOptions]>([
    ['an unknown option', { timeoutMs: 1 } as VerificationModuleOptions],
    ['a wrong option', { http: { retries: -1 } }],
    ['an unknown provider', { providers: { acme: {} } }],
  ])('%s stops the boot', async (_, options) => {
    await expect(start({ imports: [appModule(options)] })).rejects.toThrow(ConfigurationError);
  });

  it('a demand that nobody guards stops the boot', async () => {
    @Controller()
    class Unguarded {
      @Post() @RequireVerification('checkify') enter(): void {}
    }
    await expect(
      start({ imports: [VerificationModule.forRoot()], controllers: [Unguarded] }),
    ).rejects.toThrow('no VerificationGuard covers it');
  });

  it('messages, statuses and options of forRootAsync', async () => {
    const options = {
      useFactory: () => ({
        messages: { verification_rejected: 'Nope' },
        statusCodes: { verification_rejected: 418 },
      }),
    };
    const imports = [VerificationModule.forRootAsync(options), ShopModule];
    const { verification, post } = closing(await start({ imports }));
    verification.checkify.reject();
    expect(await post('human', PROOF.checkify)).toMatchObject({ status: 418, body: { message: 'Nope' } });
  });

  it('credentials that are given, or left empty, do not matter', async () => {
    const providers = { checkify: { apiKey: '', baseUrl: 'nowhere' }, humanproof: { secret: 'real' } };
    const { verification, post } = closing(await start({ imports: [appModule({ providers })] }));
    verification.checkify.accept();
    expect(await post('human', PROOF.checkify)).toMatchObject({ status: 201 });
  });

  it('a store of the application is left alone', async () => {
    class Unreachable extends StateStore {
      get = (): Promise<never> => Promise.reject(new Error('asked'));
      set = this.get;
      setIfAbsent = this.get;
      increment = this.get;
      delete = this.get;
    }
    const { verification, post } = closing(
      await start({ imports: [appModule({ store: new Unreachable() })] }),
    );
    verification.verifyid.accept(['age_over_18']);
    expect(await post('gate', PROOF.verifyid)).toMatchObject({ status: 201 });
  });
});

describe('a mistake of the test is told at once', () => {
  let verification: VerificationFakes;
  let app: INestApplication;
  beforeAll(async () => {
    ({ verification, app } = await start({ imports: [appModule()] }));
  });
  afterAll(() => app.close());

  it.each<[string, (verification: VerificationFakes) => unknown, string]>([
    [
      'a claim of another provider',
      v => v.humanproof.accept(['age_over_18'] as never),
      'cannot attest "age_over_18"',
    ],
    ['an age out of range', v => v.checkify.accept(['age_over_9'] as never), 'cannot attest "age_over_9"'],
    [
      'an age that no login shows',
      v => v.verifyid.acceptOnce(['age_over_21'] as never),
      'cannot attest "age_over_21"',
    ],
    ['no claims at all', v => v.checkify.accept([]), 'must be a non-empty array'],
    ['no claims where there is no default', v => v.verifyid.accept(undefined as never), 'needs claims'],
    [
      'an age below the claim',
      v => v.verifyid.accept(['age_over_18'], { age: 16 }),
      'does not show age_over_18',
    ],
    [
      'a reason of another provider',
      v => v.verifyid.reject('wrong_code' as never),
      "Write one of 'not_verified'",
    ],
    ['a provider that there is not', v => v.of('acmee' as never), 'no verification provider "acmee"'],
  ])('%s', (_, say, message) => {
    expect(() => say(verification)).toThrow(message);
  });

  it('and by the first question, where it was made before there was an application', async () => {
    const builder = Test.createTestingModule({ imports: [appModule()] });
    const early = overrideVerification(builder);
    early.humanproof.accept(['age_over_18'] as never);
    early.checkify.accept();
    const { post, logger } = closing(await listen(builder, 'express'));
    expect(await post('contact', PROOF.humanproof)).toMatchObject({ status: 503 });
    expect(logger.lines.join('\n')).toContain('cannot attest "age_over_18"');
    expect(await post('human', PROOF.checkify)).toMatchObject({ status: 201 });
  });
});

@Injectable()
class TicketOffice {
  read(): Promise<never> {
    throw new Error('somebody asked the real one');
  }
}

interface TicketRequirement extends Requirement<'ticket_valid'> {
  readonly gate?: string;
}

interface TicketVerdict extends AcceptedVerdict<'ticket_valid'> {
  readonly seat: string;
}

@Injectable()
class TicketService extends VerificationProvider<{ ticket: string }, TicketRequirement, TicketVerdict> {
  readonly name = 'ticket';
  readonly evidence = new DeclaredEvidence<{ ticket: string }>({ ticket: { fields: inBody('ticket') } }, [
    ['ticket'],
  ]);
  override readonly requirementMembers = ['gate'];
  constructor(@Inject(TicketOffice) private readonly office: TicketOffice) {
    super();
  }
  describe({ gate }: TicketRequirement): Check {
    if (gate === undefined) throw new ConfigurationError('"ticket" needs a gate', this.name);
    return { claims: ['ticket_valid'] };
  }
  ask(): Promise<Answer<{ seat: string }>> {
    return this.office.read();
  }
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    ticket: TicketService;
  }
}

@Controller()
@UseGuards(VerificationGuard)
class ClubController {
  @Post('member')
  @RequireVerification('acme')
  member(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('seat')
  @RequireVerification('ticket', { gate: 'north' })
  seat(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }
}

@Module({ providers: [TicketOffice], exports: [TicketOffice] })
class OfficeModule {}

describe.each(PLATFORMS)('providers of the application on %s', platform => {
  let acme: StubServer;
  beforeEach(async () => {
    acme = await StubServer.start();
    running.push({ close: () => acme.stop() });
  });

  const club = () => ({
    imports: [
      VerificationModule.forRootAsync({
        imports: [OfficeModule],
        useFactory: () => ({ ...acmeAt(acme.url), customProviders: [AcmeService, TicketService] }),
      }),
    ],
    controllers: [ClubController],
  });

  it('are faked by name', async () => {
    const { verification, post } = closing(await start(club(), platform));
    verification.of('acme').accept();
    verification.of('ticket').accept(['ticket_valid'], { seat: 'A1' });
    expect(await post('member', { acme_pass: 'p' })).toMatchObject({ body: { claims: ['member_verified'] } });
    expect(await post('seat', { ticket: 't' })).toMatchObject({ body: { provider: 'ticket', seat: 'A1' } });
    verification.of('acme').reject('other_site');
    expect(await post('member', { acme_pass: 'p' })).toMatchObject({ status: 403 });
    expect(await post('member', {})).toMatchObject({ body: { code: 'verification_required' } });
    expect(verification.of('acme').asked).toEqual([
      { evidence: { pass: 'p' }, claims: ['member_verified'] },
      { evidence: { pass: 'p' }, claims: ['member_verified'] },
    ]);
    expect(acme.seen).toEqual([]);
  });

  it('refuse where the test says nothing', async () => {
    const { post, logger } = closing(await start(club(), platform));
    expect(await post('member', { acme_pass: 'p' })).toMatchObject({ status: 503 });
    expect(logger.lines.join('\n')).toContain("verification.of('acme').accept(['member_verified'])");
    expect(acme.seen).toEqual([]);
  });

  it('cannot attest what they never could', async () => {
    const { verification } = closing(await start(club(), platform));
    expect(() => verification.of('acme').accept(['human_verified' as never])).toThrow('cannot attest');
  });

  it('do not reach the network past their fake', async () => {
    class Refreshing extends AcmeService {
      refresh(): Promise<unknown> {
        return this.call(
          () => ({ method: 'GET', path: '/keys?secret=1', headers: {}, repeatable: true }),
          reply => reply,
        );
      }
    }
    Injectable()(Refreshing);
    const options = { provide: AcmeOptions, useValue: { key: 'k', baseUrl: acme.url } };
    const { app } = closing(
      await start(
        { imports: [module({ providers: [Refreshing, options] }), VerificationModule.forRoot()] },
        platform,
      ),
    );
    await expect(app.get(Refreshing).refresh()).rejects.toThrow(
      'nobody knows what "acme" answers to GET /keys.',
    );
    expect(acme.seen).toEqual([]);
    expect(app.get(Refreshing)).toBeInstanceOf(AcmeService);
  });
});

describe.each(PLATFORMS)('VerificationTestingModule on %s', platform => {
  it('stands for the module where a test has none of the application’s', async () => {
    const builder = Test.createTestingModule({
      imports: [
        VerificationTestingModule.forRoot({ messages: { verification_rejected: 'Nope' } }),
        ShopModule,
      ],
    });
    const { app, post } = closing(await listen(builder, platform));
    const verification = app.get(VerificationFakes);
    verification.checkify.accept(['age_over_18']);
    expect(await post('adult', PROOF.checkify)).toMatchObject({ status: 201 });
    expect(await post('human', PROOF.checkify)).toMatchObject({ status: 403, body: { message: 'Nope' } });
    expect(await app.get(CheckifyService).verifyAge('r', 18)).toMatchObject({ outcome: 'accepted' });
    expect(verification.checkify.asked).toHaveLength(3);
  });

  it('has fakes of its own each time', async () => {
    const boot = () =>
      listen(
        Test.createTestingModule({ imports: [VerificationTestingModule.forRoot(), ShopModule] }),
        platform,
      );
    const [one, other] = [closing(await boot()), closing(await boot())];
    one.app.get(VerificationFakes).checkify.accept();
    expect(await one.post('human', PROOF.checkify)).toMatchObject({ status: 201 });
    expect(await other.post('human', PROOF.checkify)).toMatchObject({ status: 503 });
  });
});

describe.each(PLATFORMS)('the sandbox on %s', platform => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
    running.push(sandbox);
  });

  it('answers the real client of the application under test', async () => {
    const builder = Test.createTestingModule({
      imports: [appModule({ providers: { checkify: { apiKey: 'live' } } })],
    });
    overrideVerification(builder, { sandbox });
    const { post } = closing(await listen(builder, platform));
    const { requestId } = sandbox.checkify.start({ requestType: 'age_over_18' });
    const proof = { checkify_token: requestId };
    expect(await post('adult', proof)).toMatchObject({ body: { code: 'verification_pending' } });
    sandbox.checkify.approve(requestId);
    expect(await post('adult', proof)).toMatchObject({ status: 201 });
    expect(await post('adult', proof)).toMatchObject({ body: { code: 'verification_rejected' } });
    expect(sandbox.calls).toHaveLength(3);
  });
});
