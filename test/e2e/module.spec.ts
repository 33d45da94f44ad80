import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Injectable,
  Module,
  Post,
  UseGuards,
  type INestApplicationContext,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import {
  CheckifyService,
  ConfigurationError,
  EngageLabOtpService,
  HumanProofService,
  InMemoryStateStore,
  RequireVerification,
  StateStore,
  Verified,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  VerifyIdService,
  type AcceptedVerdict,
  type ProviderName,
  type VerificationModuleOptions,
  type VerificationOptionsFactory,
} from 'nestjs-verification';
import {
  type Answer,
  attest,
  type Check,
  DeclaredEvidence,
  demandedClaims,
  inBody,
  VerificationProvider,
} from 'nestjs-verification/provider';
import { asked, optionsFor, yes } from '../support/answering.js';
import { boot, send } from '../support/application.js';
import { module } from '../support/module.js';
import { reply, StubServer } from '../support/stub-server.js';

const VARIABLES = [
  'CHECKIFY_API_KEY',
  'CHECKIFY_SITE_API_KEY',
  'CHECKIFY_BASE_URL',
  'ENGAGELAB_DEV_KEY',
  'ENGAGELAB_DEV_SECRET',
  'ENGAGELAB_BASE_URL',
  'HUMANPROOF_SECRET',
  'HUMANPROOF_BASE_URL',
  'VERIFYID_PLUGIN_KEY',
  'VERIFYID_BASE_URL',
  'NODE_ENV',
];

function forgetVariables(): void {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
}

let stub: StubServer;
let environment: NodeJS.ProcessEnv;
const open: INestApplicationContext[] = [];

beforeAll(async () => {
  stub = await StubServer.start();
  environment = { ...process.env };
});

beforeEach(() => {
  forgetVariables();
  stub.reset(yes);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map(context => context.close()));
});

afterAll(async () => {
  forgetVariables();
  Object.assign(process.env, environment);
  await stub.stop();
});

async function start(
  ...imports: Parameters<typeof module>[0]['imports'] & object
): Promise<INestApplicationContext> {
  const context = await NestFactory.createApplicationContext(module({ imports }), {
    logger: false,
    abortOnError: false,
  });
  open.push(context);
  return context;
}

const withOptions = async (options?: unknown): Promise<INestApplicationContext> =>
  start(VerificationModule.forRoot(options as VerificationModuleOptions));

async function mistake(options: unknown): Promise<string> {
  const error: unknown = await withOptions(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as ConfigurationError).message;
}

/** The authorization, secret or path that a provider was asked with. */
async function credentialsOf(context: INestApplicationContext): Promise<unknown> {
  const service = context.get(VerificationService);
  await service.verify('checkify', { requestId: 'r1' });
  await service.verify('humanproof', { token: 'h1' });
  await service.verify('verifyid', { token: 't1', deviceId: 'd1' }, { claims: ['age_over_18'] });
  await context.get(EngageLabOtpService).send({ to: '+4512345678', templateId: 'otp' });
  const [checkify, humanproof, , engagelab] = stub.seen;
  const basic = engagelab?.headers.authorization?.replace('Basic ', '') ?? '';
  return {
    checkify: checkify?.headers.authorization,
    humanproof: asked(humanproof)['secret'],
    engagelab: Buffer.from(basic, 'base64').toString(),
  };
}

function setEnvironment(values: Record<string, string>): void {
  Object.assign(process.env, {
    CHECKIFY_BASE_URL: stub.url,
    ENGAGELAB_BASE_URL: stub.url,
    HUMANPROOF_BASE_URL: stub.url,
    VERIFYID_BASE_URL: stub.url,
    ENGAGELAB_DEV_KEY: 'env-dev-key',
    ENGAGELAB_DEV_SECRET: 'env-dev-secret',
    HUMANPROOF_SECRET: 'env-hp-secret',
    VERIFYID_PLUGIN_KEY: 'env-plugin-key',
    ...values,
  });
}

const FROM_ENVIRONMENT = {
  checkify: 'Bearer csk_env',
  humanproof: 'env-hp-secret',
  engagelab: 'env-dev-key:env-dev-secret',
};

it.each([
  ['alone', []],
  ['beside forRoot()', [VerificationModule.forRoot({})]],
])('the module without forRoot() stops the boot, %s', async (_, others) => {
  const feature = module({ imports: [VerificationModule] });
  await expect(start(feature, ...others)).rejects.toThrow(/without forRoot\(\)\. Write/);
});

describe('the environment', () => {
  it.each(['CHECKIFY_API_KEY', 'CHECKIFY_SITE_API_KEY'])('configures every provider, with %s', async name => {
    setEnvironment({ [name]: 'csk_env' });
    expect(await credentialsOf(await withOptions())).toEqual(FROM_ENVIRONMENT);
  });

  it('is read through the global ConfigService of the application, `load` included', async () => {
    setEnvironment({ CHECKIFY_API_KEY: 'csk_of_process' });
    delete process.env['CHECKIFY_API_KEY'];
    const context = await start(
      ConfigModule.forRoot({
        isGlobal: true,
        ignoreEnvFile: true,
        load: [() => ({ CHECKIFY_API_KEY: 'csk_env' })],
      }),
      VerificationModule.forRoot(),
    );
    expect(await credentialsOf(context)).toEqual(FROM_ENVIRONMENT);
  });

  it('loses to code, field by field', async () => {
    setEnvironment({ CHECKIFY_API_KEY: 'csk_env', CHECKIFY_BASE_URL: 'https://nobody.invalid' });
    const context = await withOptions({
      providers: { checkify: { baseUrl: stub.url }, engagelab: { devSecret: 'code-secret' } },
    });
    expect(await credentialsOf(context)).toEqual({
      ...FROM_ENVIRONMENT,
      engagelab: 'env-dev-key:code-secret',
    });
  });

  it('fills what code left undefined', async () => {
    setEnvironment({ CHECKIFY_API_KEY: 'csk_env' });
    const context = await withOptions({
      providers: { checkify: { apiKey: undefined }, humanproof: undefined },
    });
    expect(await credentialsOf(context)).toEqual(FROM_ENVIRONMENT);
  });

  it('has no line breaks or spaces around a value', async () => {
    setEnvironment({ CHECKIFY_API_KEY: 'csk_env\n', HUMANPROOF_SECRET: ' env-hp-secret\r\n' });
    expect(await credentialsOf(await withOptions())).toEqual(FROM_ENVIRONMENT);
  });

  it.each(['"', "'"])('has no %s around a value, which Docker leaves there', async quote => {
    setEnvironment({
      CHECKIFY_API_KEY: `${quote}csk_env${quote}\n`,
      CHECKIFY_BASE_URL: `${quote}${stub.url}${quote}`,
      CHECKIFY_SITE_API_KEY: `${quote}${quote}`,
    });
    expect(await credentialsOf(await withOptions())).toEqual(FROM_ENVIRONMENT);
  });

  it('is told apart from nothing where it is no text, such as a number in a file', async () => {
    const ENGAGELAB_DEV_KEY = 12345678;
    const context = start(
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => ({ ENGAGELAB_DEV_KEY })] }),
      VerificationModule.forRoot(),
    );
    await expect(context).rejects.toThrow(/"providers\.engagelab\.devKey" .*of type number/);
  });

  it.each(['', ' ', '\n'])('does not count an empty variable as set: %j', async empty => {
    setEnvironment({ CHECKIFY_API_KEY: empty, CHECKIFY_SITE_API_KEY: 'csk_env' });
    expect(await credentialsOf(await withOptions())).toEqual(FROM_ENVIRONMENT);
    setEnvironment({ CHECKIFY_API_KEY: empty, CHECKIFY_SITE_API_KEY: empty });
    const context = await withOptions();
    await expect(context.get(CheckifyService).verify({ requestId: 'r1' })).rejects.toBeInstanceOf(
      ConfigurationError,
    );
  });

  it('may say one thing under both names, not two', async () => {
    setEnvironment({ CHECKIFY_API_KEY: 'csk_env', CHECKIFY_SITE_API_KEY: 'csk_env' });
    expect(await credentialsOf(await withOptions())).toEqual(FROM_ENVIRONMENT);
    process.env['CHECKIFY_SITE_API_KEY'] = 'csk_other';
    const text = await mistake(undefined);
    expect(text).toMatch(/CHECKIFY_API_KEY and CHECKIFY_SITE_API_KEY are both set and differ/);
    expect(text).not.toMatch(/csk_env|csk_other/);
  });

  it.each([
    ['CHECKIFY_BASE_URL', 'http://checkify.me', 'providers.checkify.baseUrl'],
    ['CHECKIFY_API_KEY', 'csk with spaces', 'providers.checkify.apiKey'],
  ])('is validated as code is: %s', async (name, value, option) => {
    setEnvironment({ [name]: value });
    const text = await mistake({});
    expect(text).toContain(option);
    expect(text).not.toContain(value);
  });
});

describe('wrong options stop the boot, with their name and type, never their value', () => {
  const SECRET = 'hunter2-\u0000';
  it.each<[string, unknown, RegExp]>([
    [
      'a misspelt option',
      { provider: {} },
      /"provider" is not an option; there are .*providers.*globalGuard/,
    ],
    [
      'a misspelt provider',
      { providers: { chekify: {} } },
      /"providers\.chekify" is not an option.*checkify, engagelab, humanproof, verifyid/,
    ],
    [
      'a misspelt credential',
      { providers: { checkify: { apikey: SECRET } } },
      /"providers\.checkify\.apikey" is not an option.*apiKey/,
    ],
    ['a misspelt limit', { http: { timeout: 5 } }, /"http\.timeout" is not an option.*timeoutMs/],
    [
      'a misspelt limit of a provider',
      { providers: { verifyid: { http: { retry: 1 } } } },
      /"providers\.verifyid\.http\.retry" is not an option/,
    ],
    [
      'a misspelt breaker option',
      { http: { breaker: { failure: 1 } } },
      /"http\.breaker\.failure" is not an option/,
    ],
    ['providers that are an array', { providers: [] }, /"providers"/],
    ['a provider that is text', { providers: { checkify: SECRET } }, /"providers\.checkify"/],
    [
      'a key that is a number',
      { providers: { checkify: { apiKey: 12345678 } } },
      /"providers\.checkify\.apiKey" .*of type number/,
    ],
    ['an empty key', { providers: { checkify: { apiKey: '' } } }, /"providers\.checkify\.apiKey".*non-empty/],
    [
      'a key with a line break',
      { providers: { humanproof: { secret: 'hunter2\nx' } } },
      /"providers\.humanproof\.secret"/,
    ],
    [
      'a key with control characters',
      { providers: { engagelab: { devKey: SECRET } } },
      /"providers\.engagelab\.devKey"/,
    ],
    [
      'an http URL',
      { providers: { checkify: { baseUrl: 'http://hunter2.example' } } },
      /"providers\.checkify\.baseUrl" must be an https/,
    ],
    [
      'an http URL that starts like a loopback',
      { providers: { checkify: { baseUrl: 'http://127.0.0.1.hunter2.example' } } },
      /baseUrl/,
    ],
    [
      'an http URL with a loopback user',
      { providers: { checkify: { baseUrl: 'http://localhost@hunter2.example' } } },
      /baseUrl/,
    ],
    [
      'credentials in a URL',
      { providers: { checkify: { baseUrl: 'https://user:hunter2@checkify.me' } } },
      /without credentials/,
    ],
    ['a query in a URL', { providers: { checkify: { baseUrl: 'https://checkify.me/?hunter2' } } }, /query/],
    [
      'a fragment in a URL',
      { providers: { checkify: { baseUrl: 'https://checkify.me/#hunter2' } } },
      /fragment/,
    ],
    ['another protocol', { providers: { checkify: { baseUrl: 'ftp://hunter2.example' } } }, /baseUrl/],
    ['a URL that is none', { providers: { checkify: { baseUrl: 'hunter2' } } }, /baseUrl/],
    ['a timeout of zero', { http: { timeoutMs: 0 } }, /"http\.timeoutMs".*of type number/],
    ['a timeout that is text', { http: { timeoutMs: '5000' } }, /"http\.timeoutMs".*of type string/],
    ['a timeout beyond what timers hold', { http: { deadlineMs: 2 ** 31 } }, /"http\.deadlineMs"/],
    ['a timeout of NaN', { http: { timeoutMs: Number.NaN } }, /"http\.timeoutMs"/],
    ['negative retries', { http: { retries: -1 } }, /"http\.retries"/],
    ['a breaker that is true', { http: { breaker: true } }, /"http\.breaker"/],
    ['a breaker after no failures', { http: { breaker: { failures: 0 } } }, /"http\.breaker\.failures"/],
    ['an unknown transport', { http: { transport: 'fetch' } }, /"http\.transport"/],
    ['a store without methods', { store: {} }, /"store" must be a StateStore \(it is of type object\)/],
    ['globalGuard that is text', { globalGuard: 'true' }, /"globalGuard".*of type string/],
    ['allowLoopback that is a number', { allowLoopback: 1 }, /"allowLoopback"/],
    [
      'an unknown message code',
      { messages: { verification_denied: 'no' } },
      /"messages" must map verification_required/,
    ],
    ['an empty message', { messages: { verification_required: '' } }, /"messages"/],
    ['a status that lets pass', { statusCodes: { verification_required: 200 } }, /"statusCodes".*400\.\.599/],
    ['a status that is text', { statusCodes: { verification_required: '403' } }, /"statusCodes"/],
    [
      'a custom provider that is no class',
      { customProviders: ['hunter2'] },
      /"customProviders" must be an array of classes/,
    ],
    ['options that are null', null, /options/],
    ['options that are text', 'hunter2', /options/],
    ['options that are an array', [], /options/],
  ])('%s', async (_, options, message) => {
    const text = await mistake(options);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/hunter2|12345678/);
  });

  it.each<unknown>([{ provider: {} }, { http: { timeoutMs: 0 } }, null])(
    'those of forRootAsync too: %j',
    async options => {
      const useFactory = () => options as VerificationModuleOptions;
      await expect(start(VerificationModule.forRootAsync({ useFactory }))).rejects.toBeInstanceOf(
        ConfigurationError,
      );
    },
  );

  it('lists every mistake', async () => {
    const text = await mistake({
      globalGuard: 1,
      http: { retries: 'x', maxQueue: -1 },
      providers: { verifyid: 3 },
    });
    for (const option of ['globalGuard', 'http.retries', 'http.maxQueue', 'providers.verifyid']) {
      expect(text).toContain(`"${option}"`);
    }
  });

  it.each([
    { http: { retries: 0, maxQueue: 0, breaker: false as const } },
    { globalGuard: false, allowLoopback: false, customProviders: [], messages: {}, statusCodes: {} },
    { providers: { checkify: {}, verifyid: { http: { retries: 0, breaker: false as const } } } },
    { providers: { checkify: { baseUrl: 'http://localhost:1' }, verifyid: { baseUrl: 'http://[::1]:1' } } },
    {},
  ])('zero, false and empty mean themselves: %j', async options => {
    await expect(withOptions(options)).resolves.toBeDefined();
  });

  it('retries: 0 asks once', async () => {
    stub.reset((_, response) => response.destroy());
    const context = await withOptions(optionsFor(stub, { http: { retries: 0, breaker: false } }));
    await expect(context.get(CheckifyService).verify({ requestId: 'r1' })).rejects.toMatchObject({
      code: 'provider_unavailable',
    });
    expect(stub.seen).toHaveLength(1);
  });
});

describe('an option that is null, as a file of settings says it, is left out', () => {
  it.each([
    'http',
    'http.breaker',
    'http.dispatcher',
    'messages',
    'messages.verification_required',
    'statusCodes.verification_required',
    'store',
    'scope',
    'referenceKey',
    'customProviders',
    'providers.humanproof',
    'providers.checkify.http',
    'providers.engagelab.validFor',
    'providers.engagelab.sendLimit',
    'providers.engagelab.allowedCountries',
  ])('%s', async path => {
    const { http, providers } = optionsFor(stub);
    const options: unknown = structuredClone({ http, providers });
    const names = path.split('.');
    const last = names.pop() ?? '';
    let parent = options as Record<string, object>;
    for (const name of names) parent = (parent[name] ??= {}) as Record<string, object>;
    Object.assign(parent, { [last]: null });
    const context = await withOptions(options);
    expect(await context.get(CheckifyService).verifyHuman('r1')).toMatchObject({ outcome: 'accepted' });
    await context.get(EngageLabOtpService).send({ to: '+4512345678', templateId: 't' });
  });

  it('providers', async () => {
    const context = await withOptions({ providers: null });
    expect(context.get(CheckifyService)).toBeDefined();
  });
});

describe('a credential of the sandbox', () => {
  it.each<[string, object]>([
    ['checkify.apiKey', { apiKey: 'csk_sandbox_demo' }],
    ['engagelab.devKey', { devKey: 'sandbox_demo_key', devSecret: 'mine' }],
    ['engagelab.devSecret', { devKey: 'mine', devSecret: 'sandbox_demo_secret' }],
    ['humanproof.secret', { secret: 'hp_sandbox_demo_secret' }],
    ['verifyid.pluginKey', { pluginKey: 'verifyid_sandbox_demo' }],
  ])('in %s stops the boot at any address but the sandbox', async (option, own) => {
    const [name = ''] = option.split('.');
    for (const baseUrl of [undefined, 'https://proxy.example']) {
      expect(await mistake({ providers: { [name]: { ...own, baseUrl } } })).toMatch(
        new RegExp(
          `"providers\\.${option}" is a credential of the sandbox.*providers\\.${name}\\.baseUrl.*your own`,
        ),
      );
    }
    await withOptions({ providers: { [name]: { ...own, baseUrl: 'http://localhost:4010' } } });
  });

  it('stops the boot from the environment too', async () => {
    process.env['CHECKIFY_API_KEY'] = 'csk_sandbox_demo';
    expect(await mistake({})).toContain('"providers.checkify.apiKey" is a credential of the sandbox');
    process.env['CHECKIFY_BASE_URL'] = stub.url;
    await withOptions({});
  });
});

describe('a key that looks like another', () => {
  const warnings = async (apiKey: string | undefined): Promise<string[]> => {
    const { app, logger } = await boot('express', {
      imports: [
        VerificationModule.forRoot({ providers: { checkify: { apiKey }, humanproof: { secret: 's' } } }),
      ],
    });
    await app.close();
    return logger.lines;
  };

  it.each([
    ['chk_live_1', '"providers.checkify.apiKey" is the id of a Pass.'],
    ['sk_live_1', '"providers.checkify.apiKey" does not start with "csk_".'],
  ])('is one warning at boot: %s', async (apiKey, mistaken) => {
    const lines = await warnings(apiKey);
    expect(lines).toEqual([expect.stringContaining(mistaken)]);
    expect(lines[0]).toContain('[verification.misconfigured provider=checkify]');
    expect(lines[0]).not.toContain(apiKey);
  });

  it.each(['csk_live_1', undefined])('is not %s', async apiKey => {
    expect(await warnings(apiKey)).toEqual([]);
  });
});

describe('NODE_ENV=production', () => {
  beforeEach(() => {
    process.env['NODE_ENV'] = 'production';
  });

  it.each<[string, object]>([
    ['checkify.apiKey', { checkify: { apiKey: 'csk_sandbox_demo' } }],
    ['engagelab.devKey', { engagelab: { devKey: 'sandbox_demo_key' } }],
    ['engagelab.devSecret', { engagelab: { devKey: 'mine', devSecret: 'sandbox_demo_secret' } }],
    ['humanproof.secret', { humanproof: { secret: 'hp_sandbox_demo_secret' } }],
    ['verifyid.pluginKey', { verifyid: { pluginKey: 'verifyid_sandbox_demo' } }],
    ['humanproof.secret', { humanproof: { secret: 'hp_sandbox_other_secret' } }],
    ['verifyid.pluginKey', { verifyid: { pluginKey: 'verifyid_test' } }],
  ])('refuses the public test credential in %s, whatever else is allowed', async (option, providers) => {
    for (const allowLoopback of [false, true]) {
      expect(await mistake({ providers, allowLoopback })).toMatch(
        new RegExp(`"providers\\.${option}" is a public test credential`),
      );
    }
  });

  it('refuses it from the environment too', async () => {
    process.env['CHECKIFY_API_KEY'] = 'csk_sandbox_demo';
    expect(await mistake({})).toContain('providers.checkify.apiKey');
  });

  it.each([
    'http://127.0.0.1:4000',
    'http://127.1:4000',
    'http://0x7f000001:4000',
    'http://localhost:4000',
    'https://localhost',
    'https://LOCALHOST.',
    'http://sandbox.localhost',
    'http://[::1]:4000',
    'https://[::ffff:127.0.0.1]',
    'https://0.0.0.0',
    'https://[::]',
  ])('refuses the loopback base URL %s unless allowLoopback is set', async baseUrl => {
    for (const name of ['checkify', 'engagelab', 'humanproof', 'verifyid']) {
      expect(await mistake({ providers: { [name]: { baseUrl } } })).toContain(`providers.${name}.baseUrl`);
    }
  });

  it('takes a loopback base URL with allowLoopback, and others without', async () => {
    await withOptions({ providers: { checkify: { baseUrl: 'http://127.0.0.1:4000' } }, allowLoopback: true });
    await withOptions({ providers: { checkify: { baseUrl: 'https://proxy.example/checkify' } } });
  });

  it.each(['development', 'test', undefined])(
    'is what matters: all of it is allowed under %s',
    async value => {
      if (value === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = value;
      await withOptions({
        providers: { checkify: { apiKey: 'csk_sandbox_demo', baseUrl: 'http://127.0.0.1:4000' } },
      });
    },
  );
});

@Injectable()
class Secrets {
  readonly apiKey = 'csk_env';
}
@Module({ providers: [Secrets], exports: [Secrets] })
class SecretsModule {}

@Injectable()
class OptionsFromSecrets implements VerificationOptionsFactory {
  constructor(@Inject(Secrets) private readonly secrets: Secrets) {}
  createVerificationOptions(): VerificationModuleOptions {
    return { providers: { checkify: { apiKey: this.secrets.apiKey } } };
  }
}
@Module({ imports: [SecretsModule], providers: [OptionsFromSecrets], exports: [OptionsFromSecrets] })
class OptionsModule {}

describe('forRootAsync', () => {
  beforeEach(() => {
    setEnvironment({});
  });

  it.each([
    [
      'useFactory with imports and inject',
      () =>
        VerificationModule.forRootAsync({
          imports: [SecretsModule],
          inject: [Secrets],
          useFactory: (secrets: Secrets) =>
            Promise.resolve({ providers: { checkify: { apiKey: secrets.apiKey } } }),
        }),
    ],
    [
      'useClass',
      () => VerificationModule.forRootAsync({ imports: [SecretsModule], useClass: OptionsFromSecrets }),
    ],
    [
      'useExisting',
      () => VerificationModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFromSecrets }),
    ],
  ])('%s', async (_, make) => {
    expect(await credentialsOf(await start(make()))).toEqual(FROM_ENVIRONMENT);
  });
});

@Injectable()
class Consumer {
  constructor(@Inject(CheckifyService) readonly checkify: CheckifyService) {}
}
@Module({ providers: [Consumer] })
class FeatureModule {}

describe('isGlobal', () => {
  const both = [
    [
      'forRoot',
      (isGlobal?: boolean) => VerificationModule.forRoot(isGlobal === undefined ? {} : { isGlobal }),
    ],
    [
      'forRootAsync',
      (isGlobal?: boolean) =>
        VerificationModule.forRootAsync({
          useFactory: () => ({}),
          ...(isGlobal === undefined ? {} : { isGlobal }),
        }),
    ],
  ] as const;

  it.each(both)('is the default: %s', async (_, make) => {
    await expect(start(make(), FeatureModule)).resolves.toBeDefined();
    await expect(start(make(true), FeatureModule)).resolves.toBeDefined();
  });

  it.each(both)('false keeps the services to the modules that import it: %s', async (_, make) => {
    await expect(start(make(false), FeatureModule)).rejects.toThrow(/CheckifyService|dependencies/);
    const dynamic = make(false);
    await expect(
      start(dynamic, module({ imports: [dynamic], providers: [Consumer] })),
    ).resolves.toBeDefined();
  });
});

describe('what is not configured', () => {
  it('can be injected, and every use says what to set', async () => {
    const context = await withOptions({});
    const all = context.get(VerificationService);
    const uses: readonly (readonly [Promise<unknown>, string, string])[] = [
      [context.get(CheckifyService).verify({ requestId: 'r1' }), 'CHECKIFY_API_KEY', 'checkify.apiKey'],
      [context.get(CheckifyService).verifyHuman('r1'), 'CHECKIFY_API_KEY', 'checkify.apiKey'],
      [context.get(CheckifyService).verifyAge('r1', 18), 'CHECKIFY_API_KEY', 'checkify.apiKey'],
      [
        context.get(EngageLabOtpService).send({ to: '+4512345678', templateId: 't' }),
        'ENGAGELAB_DEV_KEY',
        'engagelab.devKey',
      ],
      [
        context.get(EngageLabOtpService).verify({ challengeId: 'c', verifyCode: '1234' }),
        'ENGAGELAB_DEV_KEY',
        'engagelab.devKey',
      ],
      [context.get(HumanProofService).verify({ token: 't' }), 'HUMANPROOF_SECRET', 'humanproof.secret'],
      [
        context
          .get(VerifyIdService)
          .start({ returnUrl: 'https://a.example', minimumAge: 18, method: 'mitid' }),
        'VERIFYID_PLUGIN_KEY',
        'verifyid.pluginKey',
      ],
      [all.verify('checkify', { requestId: 'r1' }), 'CHECKIFY_API_KEY', 'checkify.apiKey'],
      [all.verify('humanproof', { token: 't' }), 'HUMANPROOF_SECRET', 'humanproof.secret'],
    ];
    for (const [use, variable, option] of uses) {
      const error: unknown = await use.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).message).toMatch(
        new RegExp(`Set ${variable} or pass providers\\.${option}`),
      );
    }
    expect(stub.seen).toHaveLength(0);
  });

  it('is not needed to start and watch a Checkify session, which the documents do without a key', async () => {
    stub.reset(reply(200, { request_id: 'r1', qr_url: 'https://checkify.me/q/1', status: 'pending' }));
    const checkify = (await withOptions({ providers: { checkify: { baseUrl: stub.url } } })).get(
      CheckifyService,
    );
    const request = { passId: 'chk_1', requestType: 'human', siteUrl: 'https://a.example' } as const;
    expect(await checkify.startSession(request)).toMatchObject({ requestId: 'r1' });
    expect(await checkify.sessionStatus({ pollToken: 'p' })).toBe('pending');
    expect(stub.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('half configured is not configured', async () => {
    const context = await withOptions({ providers: { engagelab: { devKey: 'k' } } });
    await expect(
      context.get(EngageLabOtpService).send({ to: '+4512345678', templateId: 't' }),
    ).rejects.toThrow(/ENGAGELAB_DEV_SECRET/);
  });

  it('nor is a provider that does not exist', async () => {
    const context = await withOptions({});
    await expect(context.get(VerificationService).verify('acme', {} as never)).rejects.toThrow(
      /no verification provider "acme"/,
    );
  });
});

interface TicketVerdict {
  readonly outcome: 'accepted';
  readonly provider: string;
  readonly claims: readonly 'ticket_valid'[];
  readonly reference: string;
}
@Injectable()
class TicketService extends VerificationProvider<
  { ticket: string },
  { claims?: readonly 'ticket_valid'[]; gate?: string },
  TicketVerdict
> {
  readonly name: string = 'ticket';
  readonly evidence = new DeclaredEvidence<{ ticket: string }>({ ticket: { fields: inBody('ticket') } }, [
    ['ticket'],
  ]);
  override readonly requirementMembers = ['gate'];
  constructor(@Inject(StateStore) private readonly store: StateStore) {
    super();
  }
  describe({ claims }: { claims?: readonly string[] }): Check {
    return {
      claims: demandedClaims(claims, {
        provider: this.name,
        defaults: ['ticket_valid'],
        supports: claim => claim === 'ticket_valid' || claim === 'ticket_first_class',
        hint: '',
      }),
    };
  }
  async ask(_: Check, { ticket }: { ticket: string }): Promise<Answer> {
    if (ticket === 'broken') throw new Error('secret text');
    await this.store.set('seen', ticket, 1000);
    return attest(['ticket_valid'], {});
  }
}
@Injectable()
class SecondTicketService extends TicketService {}
@Injectable()
class SecondCheckifyService extends TicketService {
  override readonly name = 'checkify';
}
@Injectable()
class NamelessService extends TicketService {
  override readonly name = '';
}

describe('custom providers', () => {
  const name = 'ticket' as ProviderName;

  function gate(...decorators: MethodDecorator[]): new () => object {
    @Controller('gate')
    @UseGuards(VerificationGuard)
    class GateController {
      @Post()
      @((target: object, key: string | symbol, descriptor: PropertyDescriptor) => {
        for (const decorator of decorators) decorator(target, key, descriptor);
      })
      enter(): string {
        return 'entered';
      }
    }
    return GateController;
  }
  const demanding = (requirement: object): MethodDecorator => RequireVerification(name, requirement as never);

  it('answer to the same decorator, with the store of the application', async () => {
    const store = new InMemoryStateStore();
    const { app, url } = await boot('express', {
      imports: [VerificationModule.forRoot({ customProviders: [TicketService], store })],
      controllers: [gate(demanding({}))],
    });
    open.push(app);
    expect(await send(`${url}/gate`, {})).toMatchObject({
      status: 403,
      body: { code: 'verification_required' },
    });
    expect(await send(`${url}/gate`, { ticket: 'T1' })).toMatchObject({ status: 201, body: 'entered' });
    await expect(store.get('seen')).resolves.toBe('T1');
    expect(await send(`${url}/gate`, { ticket: 'broken' })).toMatchObject({
      status: 503,
      body: { code: 'verification_unavailable' },
    });
  });

  it('that attest less than is demanded do not let anyone through', async () => {
    const { app, url } = await boot('express', {
      imports: [VerificationModule.forRoot({ customProviders: [TicketService] })],
      controllers: [gate(demanding({ claims: ['ticket_first_class'] }))],
    });
    open.push(app);
    expect(await send(`${url}/gate`, { ticket: 'T1' })).toMatchObject({
      status: 403,
      body: { code: 'verification_rejected' },
    });
  });

  it('that have their own examine see the reference of a verdict, and may copy it', async () => {
    const references: unknown[] = [];
    @Injectable()
    class CopyingService extends TicketService {
      override async examine(
        ...question: Parameters<TicketService['examine']>
      ): ReturnType<TicketService['examine']> {
        const verdict = await super.examine(...question);
        references.push(verdict.reference);
        return { ...verdict };
      }
    }
    @Controller('gate')
    @UseGuards(VerificationGuard)
    class GateController {
      @Post()
      @demanding({})
      enter(@Verified() { reference }: AcceptedVerdict): string {
        return reference;
      }
    }
    const { app, url } = await boot('express', {
      imports: [VerificationModule.forRoot({ customProviders: [CopyingService] })],
      controllers: [GateController],
    });
    open.push(app);
    const { body } = await send(`${url}/gate`, { ticket: 'T1' });
    expect(references).toEqual([expect.stringMatching(/^[\w-]{22}$/)]);
    expect([body]).toEqual(references);
  });

  it('may drop the evidence when they have asked: the reference is that of the evidence they got', async () => {
    @Injectable()
    class DroppingService extends TicketService {
      override ask(check: Check, evidence: { ticket: string }): Promise<Answer> {
        const answer = super.ask(check, evidence);
        evidence.ticket = '';
        return answer;
      }
    }
    const { app } = await boot('express', {
      imports: [VerificationModule.forRoot({ customProviders: [DroppingService] })],
    });
    open.push(app);
    const service = app.get(DroppingService);
    const [first, second] = [await service.verify({ ticket: 'T1' }), await service.verify({ ticket: 'T2' })];
    expect(first.reference).not.toBe(second.reference);
  });

  it.each([
    ['a name twice', [TicketService, SecondTicketService], /Two providers are named "ticket"/],
    ['the name of a built-in provider', [SecondCheckifyService], /Two providers are named "checkify"/],
    ['no name', [NamelessService], /NamelessService in customProviders needs a "name"/],
  ])('%s stops the boot', async (_, customProviders, message) => {
    expect(await mistake({ customProviders })).toMatch(message);
  });

  it.each<[string, Partial<TicketService>]>([
    ['describe', { describe: (): never => Promise.resolve({ claims: ['ticket_valid'] }) as never }],
    ['describe', { describe: () => ({ claims: [] }) }],
    ['scopeOf', { scopeOf: (): never => Promise.resolve('gate A') as never }],
    ['merge', { merge: (): never => Promise.resolve({ gate: 'A' }) as never }],
  ])('whose %s() gives nothing to demand stop the boot', async (name, methods) => {
    @Injectable()
    class AsyncService extends TicketService {}
    Object.assign(AsyncService.prototype, methods);
    const remember = { for: '5m', subject: () => 'ada' } as const;
    const demands = name === 'merge' ? [{}, { gate: 'A' }] : [{ remember }];
    await expect(
      boot('express', {
        imports: [VerificationModule.forRoot({ customProviders: [AsyncService] })],
        controllers: [gate(...demands.map(demanding))],
      }),
    ).rejects.toThrow(`${name}() of "ticket" must return`);
  });

  it('may demand the same twice, also where it is a list', async () => {
    @Injectable()
    class ListService extends TicketService {}
    const gates = () => demanding({ gate: ['A', 'B'] as never });
    const { app, url } = await boot('express', {
      imports: [VerificationModule.forRoot({ customProviders: [ListService] })],
      controllers: [gate(gates(), gates())],
    });
    open.push(app);
    expect(await send(`${url}/gate`, { ticket: 'T1' })).toMatchObject({ status: 201 });
  });

  it('do not take objects for the same by what can be seen of them', async () => {
    class Policy {
      readonly #age: number;
      constructor(age: number) {
        this.#age = age;
      }
      allows(age: number): boolean {
        return age >= this.#age;
      }
    }
    const policies = [16, 18].map(age => demanding({ gate: new Policy(age) }));
    await expect(
      boot('express', {
        imports: [VerificationModule.forRoot({ customProviders: [TicketService] })],
        controllers: [gate(...policies)],
      }),
    ).rejects.toThrow(/differ in "gate"/);
  });

  it('whose demands contradict each other stop the boot, so that none is replaced', async () => {
    await expect(
      boot('express', {
        imports: [VerificationModule.forRoot({ customProviders: [TicketService] })],
        controllers: [gate(demanding({ gate: 'A' }), demanding({ gate: 'B' }))],
      }),
    ).rejects.toThrow(/GateController\.enter\(\).*"gate"/);
  });

  @Injectable()
  class GreetingService extends TicketService implements OnModuleInit, OnModuleDestroy {
    readonly hooks: string[] = [];
    onModuleInit(): void {
      this.hooks.push('init');
    }
    onModuleDestroy(): void {
      this.hooks.push('destroy');
    }
  }
  @Injectable()
  class Doorman {
    constructor(@Inject(GreetingService) readonly service: GreetingService) {}
  }

  it.each([
    ['forRoot()', () => VerificationModule.forRoot({ customProviders: [GreetingService] }), true],
    [
      'forRootAsync(), beside the factory',
      () => VerificationModule.forRootAsync({ customProviders: [GreetingService], useFactory: () => ({}) }),
      true,
    ],
    [
      'the options of a factory',
      () => VerificationModule.forRootAsync({ useFactory: () => ({ customProviders: [GreetingService] }) }),
      false,
    ],
  ])('are ordinary providers, with lifecycle hooks: named in %s', async (_, imported, isInjectable) => {
    const providers = isInjectable ? [Doorman] : [];
    const { app, url } = await boot('express', {
      imports: [imported()],
      controllers: [gate(demanding({}))],
      providers,
    });
    const service = app.get(GreetingService);
    if (isInjectable) expect(app.get(Doorman).service).toBe(service);
    expect(service.hooks).toEqual(['init']);
    expect(await send(`${url}/gate`, { ticket: 'T1' })).toMatchObject({ status: 201 });
    await app.close();
    expect(service.hooks).toEqual(['init', 'destroy']);
  });
});

it('a mistake is shown as its message alone, which is the last thing that Node prints', async () => {
  const error: unknown = await boot('express', {
    imports: [VerificationModule.forRoot({ providers: { checkify: { apiKy: 'x' } as never } })],
  }).catch((each: unknown) => each);
  expect(inspect(error)).toBe(`[ConfigurationError: ${(error as Error).message}]`);
});
