import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  CanActivate,
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Param,
  Post,
  Scope,
  UnauthorizedException,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  RequireVerification,
  Verified,
  VerificationGuard,
  VerificationModule,
  type CheckifyEvidence,
  type CheckifyVerdict,
  type HumanProofVerdict,
  type VerifyIdVerdict,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { asked, optionsFor, paths, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';

interface Incoming {
  readonly headers: Record<string, string | undefined>;
  readonly body: Record<string, unknown>;
}
const incoming = (context: ExecutionContext): Incoming => context.switchToHttp().getRequest();
const fromHeader = (context: ExecutionContext): Partial<CheckifyEvidence> => {
  const requestId = incoming(context).headers['x-proof'];
  return requestId === undefined ? {} : { requestId };
};

let ran = 0;

@Controller('stacked')
@UseGuards(VerificationGuard, VerificationGuard)
@RequireVerification('checkify', { claims: ['human_verified'] })
class StackedController {
  @Post()
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify', { claims: ['age_over_18'] })
  @RequireVerification('checkify', { claims: ['age_over_21', 'age_over_18'], fields: ['country'] })
  act(@Verified() verified: CheckifyVerdict): CheckifyVerdict {
    ran++;
    return verified;
  }
}

@RequireVerification('checkify', { claims: ['human_verified'] })
abstract class ParentController {
  @RequireVerification('checkify', { claims: ['age_over_16'], consume: false })
  act(): string {
    return 'parent';
  }

  @Post('inherited')
  @RequireVerification('checkify', { claims: ['age_over_25'] })
  inherited(): string {
    return 'inherited';
  }
}

@Controller('child')
@UseGuards(VerificationGuard)
@RequireVerification('checkify', { claims: ['age_over_30'] })
class ChildController extends ParentController {
  @Post()
  override act(): string {
    return 'child';
  }
}

@Controller('several')
@UseGuards(VerificationGuard)
class SeveralController {
  @Post()
  @RequireVerification('checkify')
  @RequireVerification('humanproof')
  @RequireVerification('verifyid', { claims: ['age_over_16'] })
  act(
    @Verified('checkify') checkify: CheckifyVerdict,
    @Verified('humanproof') humanproof: HumanProofVerdict,
    @Verified('verifyid') verifyid: VerifyIdVerdict,
  ): unknown {
    ran++;
    return { checkify, humanproof, verifyid };
  }
}

const refuseNobody = (): undefined => undefined;

@Controller('evidence')
@UseGuards(VerificationGuard)
class EvidenceController {
  @Post('sync')
  @RequireVerification('checkify', { evidence: fromHeader })
  sync(): string {
    ran++;
    return 'ran';
  }

  @Post('async')
  @RequireVerification('checkify', { evidence: async context => fromHeader(context) })
  async(): string {
    ran++;
    return 'ran';
  }

  @Post('both')
  @RequireVerification('checkify', { claims: ['age_over_18'], evidence: fromHeader })
  @RequireVerification('checkify')
  both(): string {
    ran++;
    return 'ran';
  }

  @Post('both-turned')
  @RequireVerification('checkify')
  @RequireVerification('checkify', { claims: ['age_over_18'], evidence: fromHeader })
  bothTurned(): string {
    return 'ran';
  }

  @Post('throws')
  @RequireVerification('humanproof')
  @RequireVerification('checkify', {
    evidence: () => {
      throw new Error('a mistake of the application');
    },
  })
  throws(): string {
    ran++;
    return 'ran';
  }

  @Post('refuses')
  @RequireVerification('humanproof')
  @RequireVerification('checkify', { evidence: () => Promise.reject(new UnauthorizedException()) })
  refuses(): string {
    ran++;
    return 'ran';
  }

  @Post('nothing')
  @RequireVerification('humanproof')
  @RequireVerification('checkify', { evidence: refuseNobody })
  nothing(): string {
    ran++;
    return 'ran';
  }

  @Post('junk/:index')
  @RequireVerification('checkify', {
    evidence: context =>
      JUNK[Number(context.switchToHttp().getRequest<{ params: { index: string } }>().params.index)]!
        .value as CheckifyEvidence,
  })
  junk(): string {
    ran++;
    return 'ran';
  }
}

class Prepared {
  get requestId(): string {
    return 'inherited';
  }
}
const JUNK: readonly { readonly name: string; readonly value: unknown }[] = [
  { name: 'null', value: null },
  { name: 'true', value: true },
  { name: 'a number', value: 7 },
  { name: 'a string', value: 'r1' },
  { name: 'an array', value: ['r1'] },
  { name: 'a function', value: () => 'r1' },
  { name: 'an empty object', value: {} },
  { name: 'a number in place of text', value: { requestId: 7 } },
  { name: 'an object in place of text', value: { requestId: { toString: () => 'r1' } } },
  { name: 'a String object', value: { requestId: new String('r1') } },
  { name: 'an inherited member', value: Object.create({ requestId: 'r1' }) },
  { name: 'a getter of a class', value: new Prepared() },
  { name: 'a promise in place of text', value: { requestId: Promise.resolve('r1') } },
  { name: 'the member of another provider', value: { challengeId: 'r1', verifyCode: '123456' } },
];

@Controller({ path: 'scoped', scope: Scope.REQUEST })
@UseGuards(VerificationGuard)
class ScopedController {
  @Post()
  @RequireVerification('checkify')
  act(@Verified() verified: CheckifyVerdict): string | undefined {
    return verified.requestId;
  }
}

@Controller('concurrent')
@UseGuards(VerificationGuard)
class ConcurrentController {
  @Post(':id')
  @RequireVerification('checkify')
  act(@Param('id') id: string, @Verified() verified: CheckifyVerdict): unknown {
    return { id, verified: verified.requestId };
  }
}

@Controller('untouched')
class UntouchedController {
  @Get()
  read(): string {
    return 'open';
  }

  @Post()
  write(@Body() body: unknown): unknown {
    return body;
  }
}

const CONTROLLERS = [
  StackedController,
  ChildController,
  SeveralController,
  EvidenceController,
  ScopedController,
  ConcurrentController,
  UntouchedController,
];

const PROOFS = {
  checkify_token: 'r1',
  'humanproof-token': 'h1',
  token_age_verified: 't1',
  device_id: 'd1',
};

describe.each([false, true])('with globalGuard: %s', globalGuard => {
  describe.each(PLATFORMS)('%s', platform => {
    let stub: StubServer;
    let running: RunningApplication;

    beforeAll(async () => {
      stub = await StubServer.start();
      running = await boot(platform, {
        imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard }))],
        controllers: CONTROLLERS,
      });
    });

    afterAll(async () => {
      await running.app.close();
      await stub.stop();
    });

    beforeEach(() => {
      ran = 0;
      stub.reset(yes);
    });

    it('stacked guards ask once, with everything that class and method demand', async () => {
      const { status, body } = await send(`${running.url}/stacked`, { checkify_token: 'r1' });
      expect(status).toBe(201);
      expect(ran).toBe(1);
      expect(stub.seen).toHaveLength(1);
      expect(asked(stub.seen[0])).toEqual({
        request_id: 'r1',
        required_claims: ['human_verified', 'age_over_18', 'age_over_21'],
        required_fields: ['country'],
        consume: true,
      });
      expect(body).toMatchObject({ claims: ['human_verified', 'age_over_18', 'age_over_21'] });
    });

    it('stacked guards refuse once, and ask once', async () => {
      stub.reset(reply(404, CHECKIFY.error('result_not_found')));
      expect(await send(`${running.url}/stacked`, { checkify_token: 'r1' })).toMatchObject({
        status: 403,
        body: { code: 'verification_rejected' },
      });
      expect(ran).toBe(0);
      expect(stub.seen).toHaveLength(1);
    });

    it.each(['human_verified', 'age_over_18', 'age_over_21'])(
      'a method-level demand does not replace the demands of the class: not without %s',
      async missing => {
        stub.reset((request, response) => {
          const claims = asked(request)['required_claims'] as string[];
          const shown = claims.filter(claim => claim !== missing);
          reply(200, CHECKIFY.completed('r1', shown, ['country']))(request, response);
        });
        expect(await send(`${running.url}/stacked`, { checkify_token: 'r1' })).toMatchObject({ status: 403 });
        expect(ran).toBe(0);
      },
    );

    it('an overridden method keeps the demands of the one it overrides, and of both classes', async () => {
      expect(await send(`${running.url}/child`, { checkify_token: 'r1' })).toMatchObject({ body: 'child' });
      expect(asked(stub.seen[0])).toMatchObject({
        required_claims: ['human_verified', 'age_over_30', 'age_over_16'],
        consume: true,
      });
      expect(stub.seen).toHaveLength(1);
    });

    it('an inherited handler has the demands of the class that inherits it', async () => {
      expect(await send(`${running.url}/child/inherited`, { checkify_token: 'r1' })).toMatchObject({
        body: 'inherited',
      });
      expect(asked(stub.seen[0])['required_claims']).toEqual([
        'human_verified',
        'age_over_30',
        'age_over_25',
      ]);
    });

    it('several providers are asked in the order as written, and each verdict is handed over by name', async () => {
      const { body } = await send(`${running.url}/several`, PROOFS);
      expect(paths(stub)).toEqual(['/v1/qr/results/verify', '/api/siteverify', '/api/auth_check/t1/d1']);
      expect(body).toEqual({
        checkify: {
          outcome: 'accepted',
          provider: 'checkify',
          claims: ['human_verified'],
          reference: expect.any(String),
          requestId: 'r1',
          siteId: 'YOUR_SITE_ID',
          businessId: 'YOUR_BUSINESS_ID',
          approvedFields: [],
          signedResult: CHECKIFY.completed('r1').signed_result,
        },
        humanproof: {
          outcome: 'accepted',
          provider: 'humanproof',
          claims: ['human_verified'],
          reference: expect.any(String),
        },
        verifyid: {
          outcome: 'accepted',
          provider: 'verifyid',
          claims: ['age_over_16', 'age_over_18'],
          reference: expect.any(String),
          age: 18,
        },
      });
    });

    it.each(['checkify_token', 'humanproof-token', 'token_age_verified', 'device_id'])(
      'no evidence is spent while other evidence is missing: %s',
      async name => {
        const { [name]: _, ...rest } = PROOFS as Record<string, string>;
        expect(await send(`${running.url}/several`, rest)).toMatchObject({
          status: 403,
          body: { code: 'verification_required' },
        });
        expect(stub.seen).toHaveLength(0);
        expect(ran).toBe(0);
      },
    );

    it('a refusal of the first provider leaves the evidence of the others unspent', async () => {
      stub.reset((request, response) => {
        if (request.path === '/v1/qr/results/verify') {
          reply(200, CHECKIFY.pending())(request, response);
        } else yes(request, response);
      });
      expect(await send(`${running.url}/several`, PROOFS)).toMatchObject({
        status: 403,
        body: { code: 'verification_pending' },
      });
      expect(paths(stub)).toEqual(['/v1/qr/results/verify']);
      expect(ran).toBe(0);
    });

    it('a yes of the first provider does not outweigh a no of the last', async () => {
      stub.reset((request, response) => {
        if (request.path.startsWith('/api/auth_check/')) reply(404, VERIFYID.no)(request, response);
        else yes(request, response);
      });
      expect(await send(`${running.url}/several`, PROOFS)).toMatchObject({ status: 403 });
      expect(ran).toBe(0);
    });

    describe('evidence functions', () => {
      const withProof = async (path: string, proof?: string): Promise<{ status: number; body: unknown }> => {
        const response = await fetch(`${running.url}/evidence/${path}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(proof === undefined ? {} : { 'x-proof': proof }),
          },
          body: JSON.stringify({ checkify_token: 'from-body', 'humanproof-token': 'h1' }),
        });
        const text = await response.text();
        return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
      };

      it.each(['sync', 'async'])('replace the usual fields: %s', async path => {
        expect(await withProof(path, 'from-header')).toMatchObject({ status: 201 });
        expect(asked(stub.seen[0])['request_id']).toBe('from-header');
        expect(await withProof(path)).toMatchObject({ status: 403, body: { code: 'verification_required' } });
        expect(stub.seen).toHaveLength(1);
        expect(ran).toBe(1);
      });

      it('make a demand of their own, next to one with the usual fields', async () => {
        expect(await withProof('both', 'from-header')).toMatchObject({ status: 201 });
        expect(stub.seen.map(asked)).toMatchObject([
          { request_id: 'from-header', required_claims: ['age_over_18'] },
          { request_id: 'from-body', required_claims: ['human_verified'] },
        ]);
      });

      it.each([
        ['both', ['age_over_18', 'human_verified']],
        ['both-turned', ['human_verified', 'age_over_18']],
      ])('that yield the same evidence do not spend it twice: %s', async (path, required_claims) => {
        expect(await withProof(path, 'from-body')).toMatchObject({ status: 201 });
        expect(stub.seen.map(asked)).toMatchObject([{ request_id: 'from-body', required_claims }]);
      });

      it.each([
        ['throws', 500],
        ['refuses', 401],
        ['nothing', 403],
      ])('never let a request through, nor spend what came with it: %s', async (path, status) => {
        expect(await withProof(path)).toMatchObject({ status });
        expect(stub.seen).toHaveLength(0);
        expect(ran).toBe(0);
      });

      it.each(JUNK.map(({ name }, index) => [name, index] as const))(
        'that return junk ask nobody: %s',
        async (_, index) => {
          expect(await withProof(`junk/${String(index)}`)).toMatchObject({
            status: 403,
            body: { code: 'verification_required' },
          });
          expect(stub.seen).toHaveLength(0);
          expect(ran).toBe(0);
        },
      );
    });

    it('a controller made per request is guarded as any other', async () => {
      expect(await send(`${running.url}/scoped`, {})).toMatchObject({ status: 403 });
      expect(stub.seen).toHaveLength(0);
      expect(await send(`${running.url}/scoped`, { checkify_token: 'r1' })).toMatchObject({ body: 'r1' });
      expect(stub.seen).toHaveLength(1);
    });

    it('concurrent requests never share a verdict', async () => {
      const held: (() => void)[] = [];
      stub.reset((request, response) => {
        held.push(() => {
          yes(request, response);
        });
        if (held.length === 20) for (const release of held.reverse()) release();
      });
      const ids = Array.from({ length: 20 }, (_, index) => `r${String(index)}`);
      const replies = await Promise.all(
        ids.map(id => send(`${running.url}/concurrent/${id}`, { checkify_token: id })),
      );
      expect(replies.map(({ body }) => body)).toEqual(ids.map(id => ({ id, verified: id })));
    });

    it('one proof is asked about again for every request: no verdict outlives its invocation', async () => {
      await send(`${running.url}/concurrent/a`, { checkify_token: 'r1' });
      stub.reset(reply(409, CHECKIFY.error('verification_failed')));
      expect(await send(`${running.url}/concurrent/a`, { checkify_token: 'r1' })).toMatchObject({
        status: 403,
      });
      expect(stub.seen).toHaveLength(1);
    });

    it('leaves routes without demands alone', async () => {
      stub.reset(reply(500, {}));
      expect(await send(`${running.url}/untouched`)).toMatchObject({ status: 200, body: 'open' });
      expect(await send(`${running.url}/untouched`, { a: 1 })).toMatchObject({ status: 201, body: { a: 1 } });
      expect(stub.seen).toHaveLength(0);
    });
  });
});

@Injectable()
class NobodyGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException('not logged in');
  }
}

@Controller('account')
class AccountController {
  @Post()
  @RequireVerification('checkify')
  act(): string {
    return 'ran';
  }
}

describe.each(PLATFORMS)('%s, with other global guards', platform => {
  let stub: StubServer;
  beforeAll(async () => {
    stub = await StubServer.start();
    stub.reset(yes);
  });
  afterAll(() => stub.stop());

  it.each(['APP_GUARD', 'useGlobalGuards'])(
    'globalGuard comes after them, so that nothing is spent on whom they refuse: %s',
    async how => {
      const running = await boot(
        platform,
        {
          imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard: true }))],
          controllers: [AccountController],
          providers: how === 'APP_GUARD' ? [{ provide: APP_GUARD, useClass: NobodyGuard }] : [],
        },
        app => {
          if (how !== 'APP_GUARD') app.useGlobalGuards(new NobodyGuard());
        },
      );
      try {
        expect(await send(`${running.url}/account`, { checkify_token: 'r1' })).toMatchObject({
          status: 403,
          body: { message: 'not logged in' },
        });
        expect(stub.seen).toHaveLength(0);
      } finally {
        await running.app.close();
      }
    },
  );
});

@Controller('mine')
class MethodController {
  @Post('first')
  @UseGuards(NobodyGuard)
  @RequireVerification('checkify')
  first(): string {
    return 'ran';
  }

  @Post('open')
  @RequireVerification('checkify')
  open(): string {
    return 'ran';
  }
}

@Controller('early')
@UseGuards(VerificationGuard)
class EarlyController {
  @Post()
  @UseGuards(NobodyGuard)
  @RequireVerification('checkify')
  late(): string {
    return 'ran';
  }
}

describe.each(PLATFORMS)('%s, with guards of the method', platform => {
  let stub: StubServer;
  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(() => {
    stub.reset(yes);
  });
  afterAll(() => stub.stop());
  const start = (globalGuard: boolean, ...controllers: (new () => object)[]): Promise<RunningApplication> =>
    boot(platform, { imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard }))], controllers });

  it('globalGuard comes after them, in each of two applications with the same controllers', async () => {
    const applications = [await start(true, MethodController), await start(true, MethodController)];
    for (const { url, logger } of applications) {
      stub.reset(yes);
      expect(await send(`${url}/mine/first`, { checkify_token: 'r1' })).toMatchObject({
        status: 403,
        body: { message: 'not logged in' },
      });
      expect(stub.seen).toHaveLength(0);
      expect((await send(`${url}/mine/open`, {})).status).toBe(403);
      expect((await send(`${url}/mine/open`, { checkify_token: 'r1' })).status).toBe(201);
      expect(stub.seen).toHaveLength(1);
      expect(logger.lines).toEqual([]);
    }
    for (const { app } of applications) await app.close();
  });

  it.each([
    [false, []],
    [true, [MethodController]],
  ])('a guard that comes after ours is told at boot, with globalGuard: %s', async (globalGuard, others) => {
    const { app, logger } = await start(globalGuard, EarlyController, ...others);
    expect(logger.lines).toEqual([
      expect.stringMatching(
        /^warn EarlyController\.late\(\) runs NobodyGuard after VerificationGuard, .*\[verification\.late_guard\]/,
      ),
    ]);
    await app.close();
  });
});
