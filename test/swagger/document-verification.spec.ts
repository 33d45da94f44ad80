import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  All,
  Body,
  Controller,
  Delete,
  Get,
  Module,
  Post,
  Query,
  RequestMethod,
  UploadedFile,
  UseGuards,
  UseInterceptors,
  VersioningType,
  type INestApplication,
  type ModuleMetadata,
} from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FileInterceptor } from '@nestjs/platform-express';
import {
  ApiBody,
  ApiConsumes,
  ApiExcludeEndpoint,
  ApiExtension,
  ApiForbiddenResponse,
  ApiOperation,
  ApiProperty,
  ApiQuery,
  DocumentBuilder,
  SwaggerModule,
  type OpenAPIObject,
  type SwaggerDocumentOptions,
} from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import {
  RequireAnyVerification,
  RequireVerification,
  SkipVerification,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { documentVerification } from 'nestjs-verification/swagger';
import { optionsFor, yes } from '../support/answering.js';
import { PLATFORMS, send, type Platform } from '../support/application.js';
import { module } from '../support/module.js';
import { StubServer } from '../support/stub-server.js';
import { breaches, operations, type Operation } from './open-api.js';

class OrderDto {
  @ApiProperty() @IsEmail() email!: string;
}
class ProofDto {
  @ApiProperty() checkify_token!: string;
}

@Controller('shop')
@UseGuards(VerificationGuard)
class ShopController {
  @Get('open')
  open(): string {
    return 'open';
  }

  @Post('plain')
  @RequireVerification('checkify')
  plain(): string {
    return 'plain';
  }

  @Post('order')
  @RequireVerification('checkify', { claims: ['age_over_18'], body: OrderDto })
  order(@Body() { email }: OrderDto): string {
    return email;
  }

  @Post('named')
  @RequireVerification('checkify')
  named(@Body() { checkify_token }: ProofDto): string {
    return checkify_token;
  }

  @Post('list')
  @ApiBody({ schema: { type: 'array', items: { type: 'string' } } })
  @RequireVerification('checkify')
  list(@Body() list: string[]): string[] {
    return list;
  }

  @Post('code')
  @RequireVerification('engagelab')
  code(): void {}

  @Post('login')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  login(): void {}

  @Get('login')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  loggedIn(): void {}

  @Get('read/:id')
  @RequireVerification('checkify')
  read(@Query('page') page: string): string {
    return page;
  }

  @Get('documented')
  @ApiQuery({ name: 'checkify_request_id', description: 'by the application' })
  @ApiForbiddenResponse({ description: 'by the application' })
  @ApiExtension('x-own', 'by the application')
  @ApiOperation({ operationId: 'ownId' })
  @RequireVerification('checkify')
  documented(): void {}

  @Delete('remove')
  @RequireVerification('humanproof')
  remove(): void {}

  @All('all')
  @RequireVerification('checkify')
  all(): void {}

  @Post('either')
  @RequireAnyVerification(['verifyid', { claims: ['age_over_18'] }], ['humanproof'])
  either(): void {}

  @Post('both')
  @RequireVerification('humanproof')
  @RequireVerification('engagelab')
  both(): void {}

  @Post('remembered')
  @RequireVerification('humanproof', { remember: { for: '1h', subject: () => 'somebody' } })
  remembered(): void {}

  @Post('large')
  @RequireVerification('humanproof')
  @RequireVerification('checkify', { when: () => false })
  large(): void {}

  @Post('some')
  @RequireAnyVerification(['checkify', { when: () => true }], ['humanproof'])
  some(): void {}

  @Post('own')
  @RequireVerification('humanproof', { evidence: () => ({ token: 't' }) })
  own(): void {}

  @Post('upload')
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } } })
  @UseInterceptors(FileInterceptor('file'))
  @RequireVerification('humanproof', { evidence: () => ({ token: 't' }) })
  upload(@UploadedFile() file: unknown): unknown {
    return file;
  }

  @Post('hidden')
  @ApiExcludeEndpoint()
  @RequireVerification('checkify')
  hidden(): void {}
}

abstract class Crud {
  @Post()
  create(): string {
    return 'created';
  }
}

@Controller('people')
@UseGuards(VerificationGuard)
@RequireVerification('humanproof')
class PeopleController extends Crud {
  @Post('prices')
  @SkipVerification('the price list is public')
  prices(): void {}

  @Post('codes')
  @SkipVerification('the owner of the phone suffices')
  @RequireVerification('engagelab')
  codes(): void {}
}

@Controller('members')
@UseGuards(VerificationGuard)
@RequireVerification('engagelab')
class MembersController extends PeopleController {}

@Controller({ path: 'adults', version: ['1', '2'] })
@UseGuards(VerificationGuard)
@RequireVerification('checkify', { claims: ['age_over_18'] })
class AdultsController extends Crud {}

@Controller('open')
class OpenController extends Crud {}

let stub: StubServer;
const apps: INestApplication[] = [];
beforeAll(async () => {
  stub = await StubServer.start();
  stub.reset(yes);
});
afterAll(async () => {
  for (const app of apps) await app.close();
  await stub.stop();
});

interface Set {
  readonly platform?: Platform;
  readonly metadata?: ModuleMetadata;
  readonly options?: Omit<VerificationModuleOptions, 'providers'>;
  readonly setUp?: (app: INestApplication) => void;
  readonly document?: SwaggerDocumentOptions;
  readonly openapi?: string;
}

const config = (openapi: string) =>
  new DocumentBuilder().setTitle('Shop').setVersion('1').setOpenAPIVersion(openapi).build();

async function start(set: Set = {}): Promise<{ app: INestApplication; document: OpenAPIObject }> {
  const {
    platform = 'express',
    metadata = {
      controllers: [ShopController, PeopleController, MembersController, AdultsController, OpenController],
    },
  } = set;
  const root = module({
    ...metadata,
    imports: [VerificationModule.forRoot(optionsFor(stub, set.options)), ...(metadata.imports ?? [])],
  });
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(root, adapter, { logger: false, abortOnError: false });
  apps.push(app);
  set.setUp?.(app);
  const document = documentVerification(app, () =>
    SwaggerModule.createDocument(app, config(set.openapi ?? '3.0.0'), set.document),
  );
  return { app, document };
}

describe.each(PLATFORMS)('on %s', platform => {
  let app: INestApplication;
  let document: OpenAPIObject;
  const operation = (name: string): Operation => operations(document).get(name)!;
  const schemaOf = (name: string): unknown =>
    operation(name).requestBody?.content['application/json']?.schema;
  const text = { type: 'string', description: 'Evidence of the verification; good for one request.' };

  beforeAll(async () => {
    ({ app, document } = await start({ platform }));
  });

  it('the document is valid', () => {
    expect(breaches(document)).toEqual([]);
  });

  it('a route without a demand is documented as ever, with the same method on it', () => {
    const plain = SwaggerModule.createDocument(app, config('3.0.0'));
    for (const name of ['get /shop/open', 'post /open']) {
      expect(operation(name)).toEqual(operations(plain).get(name));
    }
  });

  it('leaves no trace on the classes', () => {
    expect(JSON.stringify(SwaggerModule.createDocument(app, config('3.0.0')))).not.toMatch(
      /x-verification|VerificationResponse/,
    );
    expect(Object.getOwnPropertyNames(AdultsController.prototype)).toEqual(['constructor']);
  });

  it.each<[string, unknown]>([
    ['post /shop/plain', [{ provider: 'checkify', claims: ['human_verified'] }]],
    ['post /shop/order', [{ provider: 'checkify', claims: ['age_over_18'] }]],
    [
      'post /shop/either',
      [
        {
          anyOf: [
            { provider: 'verifyid', claims: ['age_over_18'] },
            { provider: 'humanproof', claims: ['human_verified'] },
          ],
        },
      ],
    ],
    [
      'post /shop/both',
      [
        { provider: 'humanproof', claims: ['human_verified'] },
        { provider: 'engagelab', claims: ['phone_verified'] },
      ],
    ],
    ['post /people', [{ provider: 'humanproof', claims: ['human_verified'] }]],
    [
      'post /members',
      [
        { provider: 'humanproof', claims: ['human_verified'] },
        { provider: 'engagelab', claims: ['phone_verified'] },
      ],
    ],
    ['post /adults', [{ provider: 'checkify', claims: ['age_over_18'] }]],
    [
      'post /shop/large',
      [
        { provider: 'humanproof', claims: ['human_verified'] },
        { provider: 'checkify', claims: ['human_verified'], optional: true },
      ],
    ],
    [
      'post /shop/some',
      [
        {
          anyOf: [
            { provider: 'checkify', claims: ['human_verified'], optional: true },
            { provider: 'humanproof', claims: ['human_verified'] },
          ],
        },
      ],
    ],
    ['post /people/codes', [{ provider: 'engagelab', claims: ['phone_verified'] }]],
    ['put /shop/all', [{ provider: 'checkify', claims: ['human_verified'] }]],
  ])('%s names what it demands', (name, demands) => {
    expect(operation(name)['x-verification']).toEqual(demands);
  });

  it.each<[string, unknown]>([
    [
      'post /shop/plain',
      { type: 'object', properties: { checkify_token: text }, required: ['checkify_token'] },
    ],
    [
      'post /shop/order',
      {
        allOf: [
          { $ref: '#/components/schemas/OrderDto' },
          { type: 'object', properties: { checkify_token: text }, required: ['checkify_token'] },
        ],
      },
    ],
    ['post /shop/named', { $ref: '#/components/schemas/ProofDto' }],
    ['post /shop/list', { type: 'array', items: { type: 'string' } }],
    [
      'post /shop/code',
      {
        type: 'object',
        properties: { challenge_id: text, verify_code: text },
        required: ['challenge_id', 'verify_code'],
      },
    ],
    [
      'post /shop/login',
      {
        type: 'object',
        properties: { token_age_verified: text, token: text, challenge_id: text, device_id: text },
      },
    ],
    [
      'post /shop/either',
      {
        type: 'object',
        properties: {
          token_age_verified: text,
          token: text,
          challenge_id: text,
          device_id: text,
          'humanproof-token': text,
        },
      },
    ],
    [
      'post /shop/both',
      {
        type: 'object',
        properties: { 'humanproof-token': text, challenge_id: text, verify_code: text },
        required: ['humanproof-token', 'challenge_id', 'verify_code'],
      },
    ],
    ['post /shop/remembered', { type: 'object', properties: { 'humanproof-token': text } }],
    [
      'post /shop/large',
      {
        type: 'object',
        properties: { 'humanproof-token': text, checkify_token: text },
        required: ['humanproof-token'],
      },
    ],
    ['post /shop/own', undefined],
  ])('%s has the fields of its evidence in its body', (name, schema) => {
    expect(schemaOf(name)).toEqual(schema);
  });

  it('a form that Nest reads after the guards gets no fields', () => {
    const { content } = operation('post /shop/upload').requestBody!;
    expect(Object.keys(content)).toEqual(['multipart/form-data']);
    expect(JSON.stringify(content)).not.toContain('humanproof');
  });

  it.each<[string, readonly [string, boolean][]]>([
    [
      'get /shop/read/{id}',
      [
        ['page', true],
        ['checkify_request_id', true],
      ],
    ],
    [
      'get /shop/login',
      [
        ['token_age_verified', false],
        ['token', false],
        ['challenge_id', false],
        ['device_id', false],
      ],
    ],
    ['delete /shop/remove', []],
    ['get /shop/all', [['checkify_request_id', true]]],
  ])('%s has them among its query parameters', (name, parameters) => {
    const found = (operation(name).parameters ?? []).filter(each => each.in === 'query');
    expect(found.map(each => [each.name, each.required])).toEqual(parameters);
    expect(operation(name).requestBody).toBeUndefined();
  });

  it('says how it refuses', () => {
    const { responses } = operation('post /shop/plain');
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/VerificationResponse' } } };
    expect(responses['403']).toEqual({
      description:
        'Verification is required. Verification could not be completed. Verification is not finished.',
      content,
    });
    expect(responses['503']).toEqual({
      description: 'Verification is temporarily unavailable.',
      content,
      headers: {
        'Retry-After': { description: 'Seconds to wait, where they are known.', schema: { type: 'integer' } },
      },
    });
  });

  it('says how it may refuse where a demand may not hold', () => {
    expect(Object.keys(operation('post /shop/large').responses)).toEqual(['201', '403', '429', '503']);
  });

  it('an exempt method is documented as if it demanded nothing', () => {
    const plain = SwaggerModule.createDocument(app, config('3.0.0'));
    expect(operation('post /people/prices')).toEqual(operations(plain).get('post /people/prices'));
    expect(operation('post /members/prices')['x-verification']).toEqual([
      { provider: 'engagelab', claims: ['phone_verified'] },
    ]);
  });

  it('what the application documents itself stays', () => {
    const { parameters, responses, operationId, 'x-own': own } = operation('get /shop/documented');
    expect(parameters).toEqual([expect.objectContaining({ description: 'by the application' })]);
    expect(responses['403']?.description).toBe('by the application');
    expect([operationId, own]).toEqual(['ownId', 'by the application']);
  });

  it('every method of a route for all is told, and none has a number of ours', () => {
    expect(JSON.stringify(document)).not.toMatch(/"x-verification":[^[]/);
    expect(operation('head /shop/all').responses).toHaveProperty('403');
  });

  it('what is hidden stays hidden', () => {
    expect(JSON.stringify(document)).not.toContain('hidden');
  });

  it('what is documented is what a refused client gets', async () => {
    await app.listen(0, '127.0.0.1');
    const { status, body } = await send(`${await app.getUrl()}/shop/plain`, {});
    const schema = document.components?.schemas?.['VerificationResponse'] as {
      required: string[];
      properties: { code: { enum: string[] } };
    };
    expect(operation('post /shop/plain').responses).toHaveProperty(String(status));
    expect(Object.keys(body as object).sort()).toEqual(schema.required.sort());
    expect(schema.properties.code.enum).toContain((body as { code: string }).code);
  });
});

it('follows a global prefix, URI versions, RouterModule and operation ids', async () => {
  class FeatureModule {}
  Module({ controllers: [PeopleController] })(FeatureModule);
  const { document } = await start({
    metadata: {
      imports: [FeatureModule, RouterModule.register([{ path: 'feature', module: FeatureModule }])],
      controllers: [AdultsController, ShopController],
    },
    setUp: app => {
      app.setGlobalPrefix('api', { exclude: [{ path: 'shop/plain', method: RequestMethod.POST }] });
      app.enableVersioning({ type: VersioningType.URI });
    },
    document: {
      operationIdFactory: (controller, method, version) => [controller, method, version].join('-'),
    },
  });
  expect(breaches(document)).toEqual([]);
  const verified = [...operations(document)].filter(([, operation]) => 'x-verification' in operation);
  expect(verified.map(([name, { operationId }]) => [name, operationId])).toEqual(
    expect.arrayContaining([
      ['post /api/feature/people', 'PeopleController-create-'],
      ['post /api/v1/adults', 'AdultsController-create-v1'],
      ['post /api/v2/adults', 'AdultsController-create-v2'],
      ['post /shop/plain', 'ShopController-plain-'],
      ['post /api/shop/order', 'ShopController-order-'],
    ]),
  );
});

it('follows the statuses that the application chose', async () => {
  const { document } = await start({
    options: { statusCodes: { verification_required: 401, verification_unavailable: 502 } },
  });
  const { responses } = operations(document).get('post /shop/plain')!;
  expect(Object.keys(responses)).toEqual(['201', '401', '403', '429', '502']);
  expect(responses['401']?.description).toBe('Verification is required.');
  expect(responses['502']).toHaveProperty('headers');
  expect(breaches(document)).toEqual([]);
});

it('follows each of several modules, for the routes of its own', async () => {
  @Controller('cards')
  @UseGuards(VerificationGuard)
  class CardController {
    @Post()
    @RequireVerification('checkify')
    pay(): void {
      return;
    }
  }
  @Controller('toys')
  class ToysController extends CardController {}
  const imports = [CardController, ToysController].map((controller, index) =>
    module({
      imports: [
        VerificationModule.forRoot({
          ...optionsFor(stub, { statusCodes: { verification_required: 440 + index } }),
          isGlobal: false,
        }),
      ],
      controllers: [controller],
    }),
  );
  const app = await NestFactory.create(module({ imports }), new ExpressAdapter(), { logger: false });
  await app.init();
  const config = new DocumentBuilder().build();
  const document = documentVerification(app, () => SwaggerModule.createDocument(app, config));
  const statuses = (route: string) => Object.keys(operations(document).get(route)?.responses ?? {});
  expect(statuses('post /cards')).toContain('440');
  expect(statuses('post /toys')).toContain('441');
  expect(statuses('post /toys')).not.toContain('440');
  await app.close();
});

it('a document of OpenAPI 3.1 is valid', async () => {
  const { document } = await start({ openapi: '3.1.0' });
  expect(breaches(document)).toEqual([]);
});

it('an application without demands is documented as ever', async () => {
  const { app, document } = await start({ metadata: { controllers: [OpenController] } });
  expect(document).toEqual(SwaggerModule.createDocument(app, config('3.0.0')));
});

it('an application that only observes refuses nobody, and needs no evidence', async () => {
  const { document } = await start({ options: { enforcement: 'observe' } });
  const { 'x-verification': demands, requestBody, responses } = operations(document).get('post /shop/plain')!;
  expect(demands).toEqual([{ provider: 'checkify', claims: ['human_verified'], optional: true }]);
  expect(Object.keys(responses)).toEqual(['201']);
  expect(requestBody?.content['application/json']?.schema).toEqual({
    type: 'object',
    properties: { checkify_token: expect.anything() },
  });
  expect(document.components?.schemas).not.toHaveProperty('VerificationResponse');
  expect(breaches(document)).toEqual([]);
});
