import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  CheckifyService,
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerifyIdService,
  type VerifyIdStart,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { VERIFYID } from '../answers/verifyid.answers.js';

const visitorOf = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['x-visitor'];
const ADULT = { claims: ['age_over_18'] } as const;

@Controller()
@UseGuards(VerificationGuard)
class GateController {
  @Get('open')
  @RequireVerification('verifyid', ADULT)
  open(): void {}

  @Get('strict')
  @RequireVerification('verifyid', { ...ADULT, acceptDeviceId: false })
  strict(): void {}

  @Get('own')
  @RequireVerification('verifyid', { ...ADULT, acceptDeviceId: false, subject: visitorOf })
  own(): void {}

  @Get('remembering')
  @RequireVerification('verifyid', {
    ...ADULT,
    acceptDeviceId: false,
    remember: { for: '30m', subject: visitorOf },
  })
  remembering(): void {}

  @Get('qr')
  @RequireVerification('checkify', { subject: visitorOf })
  qr(): void {}

  @Get('qr-remembering')
  @RequireVerification('checkify', { remember: { for: '30m', subject: visitorOf } })
  qrRemembering(): void {}

  @Get('qr-anybody')
  @RequireVerification('checkify')
  qrAnybody(): void {}
}

@Controller()
@UseGuards(VerificationGuard)
class TwiceController {
  @Get('both')
  @RequireVerification('verifyid', { claims: ['age_over_16'], remember: { for: '30m', subject: visitorOf } })
  @RequireVerification('verifyid', { ...ADULT, acceptDeviceId: false })
  both(): void {}
}

/** The people at VerifyID: a device that logs in gets a token, which is confirmed once. */
class People {
  readonly starts: { readonly deviceId: string; readonly returnUrl: string }[] = [];
  private readonly tokens = new Map<string, string>();

  readonly script: Script = (request, response) => {
    const [path = '', query = ''] = request.path.split('?');
    const parts = path.split('/');
    if (parts[2]?.startsWith('url_generator')) {
      const returnUrl = decodeURIComponent(query.replace('domain=', ''));
      this.starts.push({ deviceId: parts[4] ?? '', returnUrl });
      reply(200, { url: 'https://login.example/' })(request, response);
      return;
    }
    const [, , , token = '', deviceId = ''] = parts;
    const isRight = this.tokens.get(token) === deviceId;
    this.tokens.delete(token);
    reply(isRight ? 200 : 404, isRight ? VERIFYID.yes() : VERIFYID.no)(request, response);
  };

  /** Finishes the login that was started at `index`. Returns the query with which the browser comes back. */
  logIn(index = this.starts.length - 1): string {
    const { deviceId = '', returnUrl = '' } = this.starts.at(index) ?? {};
    const token = `token-${String(this.tokens.size)}-${String(Math.random()).slice(2)}`;
    this.tokens.set(token, deviceId);
    const url = new URL(returnUrl);
    url.searchParams.set('token_age_verified', token);
    return url.search;
  }
}

describe.each(PLATFORMS)('%s', platform => {
  const store = new FragileStore();
  let stub: StubServer;
  let running: RunningApplication;
  let people: People;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub, { store }))],
      controllers: [GateController, TwiceController],
    });
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    people = new People();
    stub.reset(people.script);
    store.reset();
  });

  const start = (subject?: string, page = '/gate'): Promise<VerifyIdStart> =>
    running.app.get(VerifyIdService).start({
      returnUrl: `https://shop.example${page}`,
      minimumAge: 18,
      method: 'mitid',
      ...(subject === undefined ? {} : { subject }),
    });
  const visit = async (route: string, search: string, visitor?: string): Promise<[number, unknown]> => {
    const response = await fetch(`${running.url}/${route}${search}`, {
      headers: visitor === undefined ? {} : { 'x-visitor': visitor },
    });
    const text = await response.text();
    return [response.status, text === '' ? undefined : (JSON.parse(text) as { code: unknown }).code];
  };
  const checks = (): number => stub.seen.filter(({ path }) => path.startsWith('/api/auth_check')).length;
  const REJECTED = [403, 'verification_rejected'];
  const MISSING = [403, 'verification_required'];

  it.each([
    ['/gate', '/gate?challenge_id='],
    ['/gate?lang=da&x=a%20b+c', '/gate?lang=da&x=a%20b+c&challenge_id='],
    ['/gate?token_age_verified=old&lang=da&challenge_id=old', '/gate?lang=da&challenge_id='],
    ['/gate?#top', '/gate?challenge_id=#top'],
    ['/gate?token%5Fage_verified=old&%63hallenge_id=old&challenge_id[]=old', '/gate?challenge_id='],
    ['/gate?challenge_ids=2&%', '/gate?challenge_ids=2&%&challenge_id='],
  ])('the return URL of %s brings the challenge back, and no older token', async (page, expected) => {
    const { challengeId, deviceId } = await start(undefined, page);
    const [{ returnUrl, deviceId: asked } = { returnUrl: '', deviceId: '' }] = people.starts;
    expect(returnUrl).toBe(
      `https://shop.example${expected.replace('challenge_id=', `challenge_id=${challengeId}`)}`,
    );
    expect(asked).toBe(deviceId);
    expect(returnUrl).not.toContain(deviceId);
  });

  it.each(['open', 'strict', 'own', 'remembering'])('a login opens %s', async route => {
    await start('ada');
    expect(await visit(route, people.logIn(), 'ada')).toEqual(
      route === 'open' || route === 'strict' ? REJECTED : [200, undefined],
    );
    await start();
    expect(await visit(route, people.logIn(), 'ada')).toEqual([200, undefined]);
  });

  it('two tabs both come back, in either order, and a prefetched start breaks neither', async () => {
    await start('ada');
    await start('ada');
    await start('ada');
    expect(await visit('own', people.logIn(0), 'ada')).toEqual([200, undefined]);
    expect(await visit('own', people.logIn(1), 'ada')).toEqual([200, undefined]);
  });

  it('five logins of a subject are open at once, and the sixth takes the place of the first', async () => {
    for (let count = 0; count < 6; count++) await start('ada');
    await start('bob');
    const before = checks();
    expect(await visit('own', people.logIn(0), 'ada')).toEqual(REJECTED);
    expect(checks()).toBe(before);
    for (const index of [1, 2, 3, 4, 5])
      expect(await visit('own', people.logIn(index), 'ada')).toEqual([200, undefined]);
    expect(await visit('own', people.logIn(6), 'bob')).toEqual([200, undefined]);
  });

  it.each(['', '&device_id=d1'])('one login meets two demands, of which one reads more: %j', async more => {
    await start('ada');
    const search = people.logIn() + more;
    expect(await visit('both', search, 'eve')).toEqual(REJECTED);
    expect(await visit('both', search, 'ada')).toEqual([200, undefined]);
    expect(stub.seen.filter(({ path }) => path.includes('auth_check'))).toHaveLength(1);
    expect(await visit('both', '?token_age_verified=t1&device_id=d1', 'eve')).toEqual(MISSING);
  });

  it.each([undefined, 'eve', '', 'user:', 'undefined'])(
    'the return URL of ada opens and spends nothing for %j',
    async visitor => {
      await start('ada');
      const search = people.logIn();
      for (const route of ['own', 'remembering', 'strict', 'open'])
        expect(await visit(route, search, visitor)).toEqual(REJECTED);
      expect(checks()).toBe(0);
      expect(await visit('own', search, 'ada')).toEqual([200, undefined]);
    },
  );

  it('where the id does not come back, the latest login of the subject counts', async () => {
    await start('ada');
    await start('ada');
    await start('bob');
    const withoutId = (index: number): string =>
      `?token_age_verified=${new URLSearchParams(people.logIn(index)).get('token_age_verified') ?? ''}`;
    expect(await visit('own', withoutId(1), 'ada')).toEqual([200, undefined]);
    expect(await visit('own', withoutId(0), 'ada')).toEqual(REJECTED);
    expect(await visit('own', withoutId(2), 'eve')).toEqual(MISSING);
    expect(await visit('strict', withoutId(1), 'ada')).toEqual(MISSING);
    expect(await visit('open', withoutId(1), 'ada')).toEqual(MISSING);
  });

  it('the device id of the documented flow opens a route, unless it is turned off', async () => {
    const { deviceId } = await start();
    const search = (): string => `${people.logIn().replace(/challenge_id=[^&]*&/, '')}&device_id=${deviceId}`;
    expect(await visit('open', search())).toEqual([200, undefined]);
    const before = checks();
    for (const route of ['strict', 'own', 'remembering']) {
      const [status] = await visit(route, search(), 'ada');
      expect(status).toBe(403);
    }
    expect(checks()).toBe(before);
  });

  it('another provider’s challenge beside the device id changes nothing', async () => {
    await start();
    const search = `${people.logIn().replace(/challenge_id=[^&]*&?/, '')}&device_id=${people.starts[0]?.deviceId}`;
    expect(await visit('open', `${search}&challenge_id=that-of-a-code`)).toEqual([200, undefined]);
  });

  it.each(['made-up', 'x'.repeat(32), '__proto__'])('the challenge %j is none, and asks nobody', async id => {
    await start();
    const token = new URLSearchParams(people.logIn()).get('token_age_verified') ?? '';
    expect(await visit('strict', `?token_age_verified=${token}&challenge_id=${id}`)).toEqual(REJECTED);
    expect(checks()).toBe(0);
  });

  it.each([
    ['subject', 7],
    ['subject', null],
    ['deviceId', 7],
    ['deviceId', undefined],
  ])('a kept login whose %s is %j opens nothing', async (member, value) => {
    await start('ada');
    for (const key of new Set(store.keys)) {
      const kept = await store.kept.get(key);
      if (kept?.startsWith('{') !== true) continue;
      await store.kept.set(key, JSON.stringify({ ...(JSON.parse(kept) as object), [member]: value }), 60_000);
    }
    expect(await visit('own', people.logIn(), 'ada')).toEqual(REJECTED);
    expect(checks()).toBe(0);
  });

  it('a manual check takes the challenge, and whose it must be', async () => {
    const { challengeId } = await start('ada');
    const token = new URLSearchParams(people.logIn()).get('token_age_verified') ?? '';
    const service = running.app.get(VerifyIdService);
    expect(await service.verify({ token, challengeId }, { ...ADULT, subject: 'bob' })).toMatchObject({
      outcome: 'rejected',
      reason: 'unknown_evidence',
    });
    expect(await service.verify({ token, challengeId }, { ...ADULT, subject: 'ada' })).toMatchObject({
      outcome: 'accepted',
    });
  });

  it('starts no login that comes back to an object', async () => {
    const returnUrl = new URL('https://shop.example/gate') as unknown as string;
    await expect(
      running.app.get(VerifyIdService).start({ returnUrl, minimumAge: 18, method: 'mitid' }),
    ).rejects.toThrow(/"returnUrl" must be/);
  });

  it.each(['', 'user:', 'undefined', 7])('starts no login for %j', async subject => {
    await expect(start(subject as string)).rejects.toThrow(/"subject" must be the text of somebody/);
    expect(people.starts).toHaveLength(0);
  });

  it('a store that can count no more starts logins all the same', async () => {
    store.broken = ['increment'];
    await start('ada');
    store.broken = [];
    expect(await visit('own', people.logIn(), 'ada')).toEqual([200, undefined]);
  });

  it('a login ends', async () => {
    await start();
    store.aheadMs += 60 * 60_000;
    expect(await visit('strict', people.logIn())).toEqual(REJECTED);
  });

  it('a store without room for another counter starts logins still', async () => {
    store.broken = ['increment'];
    await start('ada');
    expect(await visit('own', people.logIn(), 'ada')).toEqual([200, undefined]);
  });

  it('a start that fails leaves the pending login alone', async () => {
    await start('ada');
    stub.script = reply(403, {});
    await expect(start('ada')).rejects.toThrow(/403/);
    stub.script = people.script;
    expect(await visit('own', people.logIn(), 'ada')).toEqual([200, undefined]);
  });
});

it.each([
  [undefined, ['GateController.open()']],
  [false, []],
])(
  'the boot warns of each route that another shop can open, where acceptDeviceId is %j',
  async (accept, routes) => {
    const stub = await StubServer.start();
    const options = optionsFor(stub);
    const verifyid = { ...options.providers?.verifyid, acceptDeviceId: accept };
    const { app, logger } = await boot('express', {
      imports: [VerificationModule.forRoot({ ...options, providers: { ...options.providers, verifyid } })],
      controllers: [GateController],
    });
    const lines = logger.lines.filter(line => line.includes('weak_proof'));
    expect(lines).toEqual(
      routes.map(route =>
        expect.stringMatching(
          `^warn ${route.replace(/[()]/g, '\\$&')} demands "verifyid": .*acceptDeviceId: false`,
        ),
      ),
    );
    await app.close();
    await stub.stop();
  },
);

it('the boot warns of a login and a code that come in one field, and of nothing else', async () => {
  const login = RequireVerification('verifyid', { ...ADULT, acceptDeviceId: false });
  @Controller()
  @UseGuards(VerificationGuard)
  class BothController {
    @Get('one-field')
    @login
    @RequireVerification('engagelab')
    oneField(): void {}

    @Get('two-fields')
    @login
    @RequireVerification('engagelab', { field: { challengeId: 'code_id' } })
    twoFields(): void {}

    @Get('own')
    @login
    @RequireVerification('engagelab', { evidence: () => undefined })
    own(): void {}

    @Get('either')
    @RequireAnyVerification(['verifyid', { ...ADULT, acceptDeviceId: false }], ['engagelab'])
    either(): void {}

    @Get('twice')
    @login
    @RequireVerification('verifyid', { ...ADULT, acceptDeviceId: false, subject: visitorOf })
    twice(): void {}
  }
  const stub = await StubServer.start();
  const { app, logger } = await boot('express', {
    imports: [VerificationModule.forRoot(optionsFor(stub))],
    controllers: [BothController],
  });
  await app.close();
  await stub.stop();
  expect(logger.lines).toEqual([
    expect.stringMatching(
      /^warn BothController\.oneField\(\) demands "\w+" and "\w+", and both read "challenge_id"\. Rename/,
    ),
  ]);
});

describe.each(PLATFORMS)('a Checkify session on %s', platform => {
  let stub: StubServer;
  let running: RunningApplication;
  let sessions = 0;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [GateController],
    });
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  const start = async (subject?: string): Promise<string> => {
    const answer = { request_id: `Session-${String(++sessions)}`, qr_url: 'https://checkify.me/q/1' };
    stub.reset(reply(200, answer));
    const { requestId } = await running.app.get(CheckifyService).startSession({
      passId: 'chk_live_1',
      requestType: 'human',
      siteUrl: 'https://shop.example',
      ...(subject === undefined ? {} : { subject }),
    });
    stub.reset(yes);
    return requestId;
  };
  const visit = async (route: string, requestId: string, visitor?: string): Promise<number> => {
    const headers: Record<string, string> = visitor === undefined ? {} : { 'x-visitor': visitor };
    const url = `${running.url}/${route}?checkify_request_id=${requestId}`;
    return (await fetch(url, { headers })).status;
  };

  it.each(['qr', 'qr-remembering'])(
    'opens %s for whom it was started, and is not spent before',
    async route => {
      const requestId = await start('ada');
      for (const [id, visitor] of [
        [requestId, 'eve'],
        [requestId.toUpperCase(), 'eve'],
        [requestId, 'user:'],
      ] as const)
        expect(await visit(route, id, visitor)).toBe(403);
      if (route === 'qr') expect(await visit(route, requestId)).toBe(403);
      expect(stub.seen).toHaveLength(0);
      expect(await visit(route, requestId, 'ada')).toBe(200);
    },
  );

  it('is bound under a poll token as well that only the answer tells of', async () => {
    const request_id = await start('ada');
    const approved_claims = { human_verified: true };
    stub.reset(
      reply(200, { success: true, status: 'completed', request_id, approved_claims, approved_fields: [] }),
    );
    const checkify = running.app.get(CheckifyService);
    const verify = (subject: string) => checkify.verify({ token: 'poll-token' }, { subject });
    expect(await verify('eve')).toMatchObject({ outcome: 'rejected', reason: 'unknown_evidence' });
    expect(await verify('ada')).toMatchObject({ outcome: 'accepted' });
  });

  it('that the embed started is for whoever brings it', async () => {
    expect(await visit('qr', await start(), 'eve')).toBe(200);
  });

  it.each(['', 'user:', 7])('is started for nobody like %j', async subject => {
    await expect(start(subject as string)).rejects.toThrow(/"subject" must be the text of somebody/);
  });
});
