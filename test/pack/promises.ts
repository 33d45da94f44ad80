import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { FORMATS, Installation, type Format } from './installation.js';
import { run, SHELL } from './run.js';

const refused = (code: string) => ({ status: 403, body: expect.objectContaining({ statusCode: 403, code }) });

/** What the application says of itself where all is well. */
export const REPORT = {
  replies: {
    paid: {
      status: 201,
      body: { service: 'checkify', requestId: expect.any(String), claims: ['age_over_18'] },
    },
    paidAgain: refused('verification_rejected'),
    mistyped: { status: 400, body: expect.objectContaining({ message: ['email must be an email'] }) },
    misplaced: { status: 400, body: expect.objectContaining({ error: 'Bad Request' }) },
    ordered: { status: 201, body: { id: 7, email: 'ada@example.com' } }, // with the proof that no wrong form spent
    commented: { status: 201, body: { claims: ['human_verified'] } },
    commentedAgain: refused('verification_rejected'),
    signedUp: { status: 201, body: { hostname: 'shop.example', action: 'signup' } },
    withoutEvidence: refused('verification_required'),
  },
  underTest: {
    statuses: [403, 201],
    health: { verification: { status: 'up', providers: { checkify: 'closed' }, store: 'up' } },
    asked: Array(2).fill({ evidence: { requestId: 'anything' }, claims: ['age_over_18'] }),
  },
  documented: ['201', '403', '429', '503'],
  copies: [],
  ownHttpException: true,
};

/** What an application on a major version of Nest can rely on once it has installed the package. */
export function promises(nest: string, jest: { readonly format: Format; readonly spec: string }): void {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.of(nest);
  });

  afterAll(() => installation.remove());

  it('brings no second copy of Nest, and every peer is one that fits', async () => {
    const listed = await run(installation.folder, 'npm', 'ls', '--all', '--parseable', '@nestjs/common');
    expect(listed.trim().split('\n')).toEqual([join(installation.folder, 'node_modules/@nestjs/common')]);
  });

  describe.each(Object.keys(FORMATS) as Format[])('an application in %s', format => {
    it('compiles, declarations of every dependency included', async () => {
      await installation.compile(format);
    });

    it.each(['oldest', 'newest'] as const)('compiles with the %s TypeScript we promise', async age => {
      await installation.check(format, age);
    });

    it('runs on the sandbox with one copy of everything', async () => {
      expect(await installation.start(format, 'main')).toEqual(REPORT);
    });
  });

  describeWithRedis(`${nest} with Redis`, () => {
    it.each(Object.keys(FORMATS) as Format[])(
      'shares state between clients of both libraries in %s',
      async format => {
        const redis = await RedisServer.start();
        try {
          expect(await installation.start(format, 'redis', redis.url)).toEqual({
            counts: [1, 2],
            values: ['v', 'v'],
          });
        } finally {
          await redis.stop();
        }
      },
    );
  });

  it(`is loaded by jest in ${jest.format} mode`, async () => {
    await installation.jest(jest.format, jest.spec);
  });

  it('explains its command', async () => {
    const usage = await run(
      installation.folder,
      'npx',
      '--no-install',
      'nestjs-verification',
      'sandbox',
      '--help',
    );
    expect(usage).toContain('Usage: nestjs-verification sandbox');
  });

  it('starts the sandbox from the command line, and stops it when asked to', async () => {
    const command = join(installation.folder, 'node_modules/.bin/nestjs-verification');
    const sandbox = spawn(command, ['sandbox', '--port', '0'], {
      env: SHELL,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(sandbox, 'exit');
    const [welcome] = (await once(sandbox.stdout.setEncoding('utf8'), 'data')) as [string];
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(welcome) ?? [''];
    const response = await fetch(`${url}/control/humanproof/token`, { method: 'POST' });
    expect(await response.text()).toMatch(/^hp_/);
    sandbox.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
}
