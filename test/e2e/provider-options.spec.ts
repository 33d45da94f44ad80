import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { IsInt, IsObject, IsOptional, Min } from 'class-validator';
import {
  ConfigurationError,
  VerificationModule,
  VerificationService,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { IsCredential, ProviderOptions } from 'nestjs-verification/provider';
import { AcmeOptions, AcmeService } from '../contract/acme.provider.js';
import { CollectingLogger } from '../support/application.js';
import { module } from '../support/module.js';
import { reply, StubServer } from '../support/stub-server.js';

class ClubOptions extends ProviderOptions {
  static readonly provider = 'club';
  static readonly environment = {
    key: ['CLUB_KEY', 'CLUB_SECRET'],
    siteKey: ['CLUB_SITE_KEY'],
    baseUrl: ['CLUB_BASE_URL'],
  };
  static readonly testKeys = { key: ['test-key', 'other-test-key'], siteKey: ['test-site'] };
  static warningOf({ level }: ClubOptions): string | undefined {
    return level === 99 ? '"providers.club.level" is odd' : undefined;
  }
  @IsOptional() @IsCredential() key?: string;
  @IsOptional() @IsCredential() siteKey?: string;
  @IsOptional() @IsInt() @Min(1) level?: number;
  @IsOptional() @IsObject() doors?: object;
}

/** Acme under another name, with options of its own. */
@Injectable()
class ClubService extends AcmeService {
  static override readonly Options = ClubOptions as never;
  override readonly name = 'club' as never;
  constructor(@Inject(ClubOptions) readonly given: ClubOptions) {
    const { key = 'none', baseUrl, http } = given;
    super(Object.assign(new AcmeOptions(), { key, baseUrl, http }));
  }
}

/** A service that injects nothing, with this for its options class. */
function withOptions(Options: unknown): typeof ClubService {
  class Wrong extends ClubService {
    constructor() {
      super(new ClubOptions());
    }
  }
  for (const key of ['design:paramtypes', 'self:paramtypes']) Reflect.defineMetadata(key, [], Wrong);
  Object.defineProperty(Wrong, 'Options', { value: Options });
  return Wrong;
}

async function failingWith(verification: () => DynamicModule): Promise<unknown> {
  const options = { logger: false, abortOnError: false } as const;
  return NestFactory.createApplicationContext(module({ imports: [verification()] }), options);
}

type Options = Omit<VerificationModuleOptions, 'providers'> & { providers?: unknown };
const VARIABLES = ['ACME_KEY', 'ACME_BASE_URL', 'CLUB_KEY', 'CLUB_SECRET', 'CLUB_SITE_KEY', 'CLUB_BASE_URL'];
const { NODE_ENV } = process.env;

/** The ways to name a custom provider. */
const WAYS = {
  forRoot: (options: Options, ...customProviders: (typeof ClubService)[]) =>
    VerificationModule.forRoot({ ...options, customProviders } as VerificationModuleOptions),
  'forRootAsync, beside the factory': (options: Options, ...customProviders: (typeof ClubService)[]) =>
    VerificationModule.forRootAsync({
      customProviders,
      useFactory: () => options as VerificationModuleOptions,
    }),
  "forRootAsync, in the factory's options": (options: Options, ...customProviders: (typeof ClubService)[]) =>
    VerificationModule.forRootAsync({
      useFactory: () => ({ ...options, customProviders }) as VerificationModuleOptions,
    }),
} as const;

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('options of a custom provider, by %s', way => {
  let stub: StubServer;
  let logger: CollectingLogger;
  const running: INestApplicationContext[] = [];

  beforeEach(async () => {
    stub = await StubServer.start();
    stub.reset(reply(200, { member: true }));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map(each => each.close()));
    await stub.stop();
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
    process.env['NODE_ENV'] = NODE_ENV;
  });

  async function start(options: Options = {}, more: unknown[] = []): Promise<INestApplicationContext> {
    const imports = [...(more as never[]), WAYS[way](options, ClubService)];
    logger = new CollectingLogger();
    const context = await NestFactory.createApplicationContext(module({ imports }), {
      logger,
      abortOnError: false,
    });
    running.push(context);
    return context;
  }

  async function mistake(options?: Options): Promise<string> {
    const error: unknown = await start(options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }

  const keyAsked = async (context: INestApplicationContext): Promise<unknown> => {
    const service = context.get<unknown, { verify: (...of: unknown[]) => Promise<unknown> }>(
      VerificationService,
    );
    expect(await service.verify('club', { pass: 'p' })).toMatchObject({ outcome: 'accepted' });
    return stub.seen.at(-1)?.headers['x-acme-key'];
  };

  it('come from code', async () => {
    expect(await keyAsked(await start({ providers: { club: { key: 'code', baseUrl: stub.url } } }))).toBe(
      'code',
    );
  });

  it('come from the environment, and code wins field by field', async () => {
    Object.assign(process.env, { CLUB_SECRET: 'env\n', CLUB_BASE_URL: 'https://nobody.invalid' });
    expect(await keyAsked(await start({ providers: { club: { baseUrl: stub.url } } }))).toBe('env');
  });

  it('come from the ConfigService of the application', async () => {
    const load = [() => ({ CLUB_KEY: 'loaded', CLUB_BASE_URL: stub.url })];
    const config = ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load });
    expect(await keyAsked(await start({}, [config]))).toBe('loaded');
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a misspelt option',
      { key: 'k', sitekey: 'x' },
      /"providers\.club\.sitekey" is not an option; there are .*siteKey/,
    ],
    ['a wrong type', { key: 7 }, /"providers\.club\.key" must be a non-empty string.*of type number/],
    ['a rule of its own', { level: 0 }, /"providers\.club\.level" must not be less than 1/],
    [
      'a base URL without TLS',
      { baseUrl: 'http://hunter2.example' },
      /"providers\.club\.baseUrl" must be an https/,
    ],
    ['a misspelt limit', { http: { retry: 1 } }, /"providers\.club\.http\.retry" is not an option/],
    ['text', 'hunter2', /"providers\.club" must be an object \(it is of type string\)/],
    [
      'a public test key beside a real one',
      { key: 'test-key', siteKey: 'real' },
      /"providers\.club\.key" is a public test key, and "siteKey" is not/,
    ],
    [
      'a real key beside a public test key',
      { key: 'real', siteKey: 'test-site' },
      /"providers\.club\.siteKey" is a public test key, and "key" is not/,
    ],
    [
      'a credential of the sandbox',
      { key: 'hp_sandbox_demo_secret' },
      /"providers\.club\.key" is a credential of the sandbox/,
    ],
  ])('stop the boot with %s', async (_, club, message) => {
    const text = await mistake({ providers: { club } });
    expect(text).toMatch(message);
    expect(text).not.toContain('hunter2');
  });

  it('stop the boot when two variables differ', async () => {
    Object.assign(process.env, { CLUB_KEY: 'hunter2', CLUB_SECRET: 'hunter3' });
    expect(await mistake()).toMatch(/CLUB_KEY and CLUB_SECRET are both set and differ/);
  });

  it('may be public test keys together, but not in production', async () => {
    const providers = { club: { key: 'other-test-key', siteKey: 'test-site' } };
    await start({ providers });
    process.env['NODE_ENV'] = 'production';
    expect(await mistake({ providers })).toMatch(/"providers\.club\.key" is a public test credential/);
    Object.assign(process.env, { CLUB_KEY: 'test-key' });
    expect(await mistake()).toMatch(/"providers\.club\.key" is a public test credential/);
  });

  it('are no loopback address in production', async () => {
    process.env['NODE_ENV'] = 'production';
    expect(await mistake({ providers: { club: { key: 'k', baseUrl: stub.url } } })).toMatch(/allowLoopback/);
  });

  it('are warned about at boot', async () => {
    await start({ providers: { club: { key: 'k', level: 99 } } });
    expect(logger.lines).toEqual([
      expect.stringContaining('"providers.club.level" is odd [verification.misconfigured provider=club]'),
    ]);
  });

  it('are the objects that the application has', async () => {
    const doors: Record<string, unknown> = { back: null };
    doors['all'] = [doors];
    doors['self'] = doors;
    const context = await start({ providers: { club: { key: 'k', doors } } });
    expect(context.get(ClubService).given.doors).toBe(doors);
  });

  it('key the references, so that every instance makes the same', async () => {
    const verify = async (key: string): Promise<unknown> => {
      const context = await start({ providers: { club: { key, baseUrl: stub.url } } });
      const verdict = await context.get(ClubService).verify({ pass: 'p' });
      return verdict.reference;
    };
    const [one, same, other] = [await verify('one'), await verify('one'), await verify('two')];
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  it('belong to the name of the service', async () => {
    @Injectable()
    class Misnamed extends ClubService {
      override readonly name = 'clubb' as never;
    }
    const failing = failingWith(() => WAYS[way]({}, Misnamed));
    await expect(failing).rejects.toThrow(
      /ClubOptions\.provider is "club", and its service is named "clubb"/,
    );
  });

  it.each<[string, unknown]>([
    ['no class', {}],
    ['no name', class Nameless extends ProviderOptions {}],
  ])('are a class that says whose they are: %s', async (_, Options) => {
    const Wrong = withOptions(Options);
    const failing = failingWith(() => WAYS[way]({}, Wrong));
    await expect(failing).rejects.toThrow(/Wrong\.Options needs static members: provider/);
  });

  it('must not take the name of a built-in provider', async () => {
    class Taken extends ClubOptions {
      static override readonly provider = 'checkify' as never;
    }
    const Taking = class extends withOptions(Taken) {
      override readonly name = 'checkify' as never;
    };
    const failing = failingWith(() => WAYS[way]({}, Taking));
    await expect(failing).rejects.toThrow(/Two providers are named "checkify"/);
  });
});

it('a required option that is missing stops the boot with its variable', async () => {
  const imports = [VerificationModule.forRoot({ customProviders: [AcmeService] })];
  const failing = NestFactory.createApplicationContext(module({ imports }), {
    logger: false,
    abortOnError: false,
  });
  await expect(failing).rejects.toThrow(/"providers\.acme\.key" must be .*\(it is missing; set ACME_KEY\)/);
});
