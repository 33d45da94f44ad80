import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Post,
  UseGuards,
  type ClassProvider,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import {
  CheckifyService,
  EngageLabOtpService,
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  VerifyIdService,
} from 'nestjs-verification';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

class OrderDto {
  quantity!: number;
}

let stub: StubServer;
beforeAll(async () => {
  stub = await StubServer.start();
  stub.reset(yes);
});
afterAll(() => stub.stop());

const imports = (): unknown[] => [VerificationModule.forRoot(optionsFor(stub))];

/** Boots a shop whose checkout has a decorator; resolves with what stopped the boot. */
async function mistakeOf(decorator: MethodDecorator): Promise<string> {
  class ShopController {
    order(): object {
      return {};
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(ShopController.prototype, 'order')!;
  for (const each of [UseGuards(VerificationGuard), Post(), decorator])
    each(ShopController.prototype, 'order', descriptor);
  Controller()(ShopController);
  try {
    const { app } = await boot('express', { imports: imports() as Type[], controllers: [ShopController] });
    await app.close();
    return 'it started';
  } catch (error) {
    return (error as Error).message;
  }
}

it.each([
  ['@RequireVerification', RequireVerification],
  ['@RequireAnyVerification', RequireAnyVerification],
])('%s that is not called demands nothing, and so does not load', (_, decorator) => {
  const decorate = decorator as unknown as (...target: unknown[]) => unknown;
  class ShopController {
    order(): void {
      return;
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(ShopController.prototype, 'order');
  for (const target of [[ShopController], [ShopController.prototype, 'order', descriptor]])
    expect(() => decorate(...target)).toThrow('needs the name of a provider');
});

it.each(['evidence', 'field', 'body', 'validateFirst', 'remember', 'once', 'when', 'start'])(
  'an option of a route that is null counts as left out: %s',
  async option => {
    expect(await mistakeOf(RequireVerification('checkify', { [option]: null }))).toBe('it started');
  },
);

describe('a binding that no code can meet stops the boot', () => {
  it.each<[object, RegExp]>([
    [{ recipient: '20123456' }, /"recipient" must be a phone number with its country code/],
    [{ recipient: '' }, /"recipient" must be a phone number/],
    [{ recipient: 'ada@localhost' }, /"recipient" must be .* or an e-mail address/],
    [{ recipient: 'ada@example.com', claims: ['phone_verified'] }, /can attest email_verified alone/],
    [{ recipient: '+4520123456', claims: ['email_verified'] }, /can attest phone_verified alone/],
    [{ purpose: '' }, /"purpose" must not be empty/],
  ])('%j', async (binding, message) => {
    const text = await mistakeOf(RequireVerification('engagelab', binding));
    expect(text).toMatch(message);
    expect(text).toMatch(/ShopController\.order\(\).*engagelab/);
    expect(text).not.toMatch(/20123456|ada/);
  });

  it('and any other lets it start', async () => {
    const requirement = {
      recipient: ' +45 20 12 34 56 ',
      purpose: 'login',
      claims: ['phone_verified' as const],
    };
    expect(await mistakeOf(RequireVerification('engagelab', requirement))).toBe('it started');
    const perRequest = { recipient: () => '20123456', claims: ['email_verified' as const] };
    expect(await mistakeOf(RequireVerification('engagelab', perRequest))).toBe('it started');
  });
});

describe('a member of a requirement that nobody reads stops the boot', () => {
  // As variables: TypeScript looks for members too many in literals alone.
  const claim = { claim: ['age_over_18' as const], body: OrderDto };
  const purposes = { purposes: 'login', body: OrderDto };
  const field = { Body: OrderDto, consume: true };
  const once = { onc: true, claims: ['human_verified' as const] };

  it.each([
    ['claim', 'claims', RequireVerification('checkify', claim)],
    ['purposes', 'purpose', RequireVerification('engagelab', purposes)],
    ['Body', 'body', RequireVerification('checkify', field)],
    ['onc', 'once', RequireVerification('humanproof', once)],
    ['claim', 'claims', RequireAnyVerification(['humanproof'], ['checkify', claim])],
  ])('"%s": the message names it and "%s"', async (unknown, nearest, decorator) => {
    const message = await mistakeOf(decorator);
    expect(message).toContain('ShopController.order()');
    expect(message).toContain(`does not know "${unknown}". Did you mean "${nearest}"?`);
  });

  it.each([
    ['an array', ['age_over_18']],
    ['a text', 'age_over_18'],
    ['null', null],
  ])('%s is no requirement', async (_, requirement) => {
    expect(await mistakeOf(RequireVerification('checkify', requirement as never))).toContain(
      'must be an object',
    );
  });
});

describe('an alternative that is no list', () => {
  const either = (...alternatives: unknown[]) =>
    (RequireAnyVerification as unknown as (...alternatives: unknown[]) => MethodDecorator)(...alternatives);

  it('counts as the name that it is', async () => {
    expect(await mistakeOf(either('checkify', 'humanproof'))).toBe('it started');
  });

  it.each([[{ claims: ['age_over_18'] }], [7], [null], [[]]])('or stops the boot: %j', async alternative => {
    const message = await mistakeOf(either(['checkify'], alternative));
    expect(message).toContain('ShopController.order()');
    expect(message).toContain('There is no verification provider');
  });
});

describe('a manual call refuses a member that nobody reads, and asks nobody', () => {
  let app: INestApplication;
  beforeAll(async () => {
    ({ app } = await boot('express', { imports: imports() as Type[], providers: [] as ClassProvider[] }));
  });
  afterAll(() => app.close());

  const unknown = <T extends object>(value: T, more: object): T => ({ ...value, ...more });

  it.each([
    [
      'verify()',
      'claims',
      () => app.get(VerificationService).verify('checkify', { requestId: 'r' }, unknown({}, { claim: [] })),
    ],
    [
      'verify()',
      'claims',
      () => app.get(CheckifyService).verify({ requestId: 'r' }, unknown({}, { claim: [] })),
    ],
    [
      'verifyHuman()',
      'consume',
      () => app.get(CheckifyService).verifyHuman('r', unknown({}, { consumes: false })),
    ],
    [
      'send()',
      'purpose',
      () =>
        app
          .get(EngageLabOtpService)
          .send(unknown({ to: '+4512345678', templateId: 't' }, { purposes: 'login' })),
    ],
    [
      'start()',
      'minimumAge',
      () =>
        app
          .get(VerifyIdService)
          .start(
            unknown(
              { returnUrl: 'https://shop.example', minimumAge: 18 as const, method: 'mitid' as const },
              { minimumage: 16 },
            ),
          ),
    ],
    [
      'startSession()',
      'siteUrl',
      () =>
        app
          .get(CheckifyService)
          .startSession(
            unknown(
              { passId: 'chk_1', requestType: 'human' as const, siteUrl: 'https://shop.example' },
              { siteURL: '' },
            ),
          ),
    ],
  ])('%s: did you mean "%s"?', async (_, nearest, call) => {
    const before = paths(stub).length;
    const error: unknown = await call().catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'configuration' });
    expect((error as Error).message).toContain(`Did you mean "${nearest}"?`);
    expect(paths(stub)).toHaveLength(before);
  });
});
