import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '../../sample-app/src/app.config.js';
import { banner } from '../../sample-app/src/banner.js';
import { findPort } from '../../sample-app/src/free-port.js';
import { SampleBuild } from './sample-build.js';

jest.setTimeout(30_000);

const CTRL_C = '\u0003';
const ESCAPE = '\u001b[';

/** Takes a port until the test is over. */
const held: (() => void)[] = [];
async function takePort(host?: string): Promise<number> {
  const server = createServer();
  await once(server.listen({ port: 0, ...(host === undefined ? {} : { host }) }), 'listening');
  held.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const release of held.splice(0)) release();
});

describe('npm start', () => {
  let build: SampleBuild;
  const children: ChildProcess[] = [];

  beforeAll(() => {
    build = new SampleBuild();
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  afterAll(() => {
    build.remove();
  });

  function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = process.cwd()) {
    const { PORT: _port, NO_COLOR: _color, CI: _ci, ...rest } = process.env;
    const child = spawn(command, args, { env: { ...rest, ...env }, cwd });
    children.push(child);
    const printed = { out: '', err: '' };
    child.stderr.on('data', chunk => (printed.err += String(chunk)));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const ready = new Promise<void>(resolve => {
      child.stdout.on('data', chunk => {
        printed.out += String(chunk);
        if (printed.out.includes('Ctrl-C')) resolve();
      });
      void ended.then(() => {
        resolve();
      });
    });
    return { child, printed, ready, ended };
  }

  const start = (env: NodeJS.ProcessEnv = {}) => run(process.execPath, [build.main], env);
  // Without `exec`, some shells keep running, take Ctrl-C themselves and exit with their own code.
  const startOnTerminal = (env: NodeJS.ProcessEnv = {}) =>
    run('script', ['-qec', `exec ${process.execPath} ${build.main}`, '/dev/null'], env);
  const addressOf = ({ printed }: ReturnType<typeof run>, name: string) =>
    new RegExp(`${name}\\s+(http://\\S+)`).exec(printed.out)?.[1] ?? 'none';

  it('prints the addresses, without colour if the output is no terminal', async () => {
    const app = start();
    await app.ready;
    const pages = await fetch(addressOf(app, 'Pages'), { headers: { accept: 'text/html' } });
    expect(await pages.text()).toContain('Corner shop');
    const verifiedFetch = await fetch(new URL('/assets/verified-fetch.js', addressOf(app, 'Pages')));
    expect(verifiedFetch.headers.get('content-type')).toContain('text/javascript');
    expect(await verifiedFetch.text()).toContain('export');
    expect((await fetch(addressOf(app, 'Console'))).status).toBe(200);
    expect((await fetch(addressOf(app, 'Inbox'))).status).toBe(200);
    expect([app.printed.out.includes(ESCAPE), app.printed.err]).toEqual([false, '']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops it within a second, even with open connections',
    async signal => {
      const app = start();
      await app.ready;
      const sandbox = new URL(addressOf(app, 'Console')).origin;
      const fault = JSON.stringify({ provider: 'humanproof', delayMs: 60_000 });
      await fetch(`${sandbox}/control/faults`, { method: 'POST', body: fault });
      const events = await fetch(`${sandbox}/console/events`); // like an open console
      const waiting = fetch(`${addressOf(app, 'Pages')}/contact`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"message":"Hello","humanproof-token":"x"}',
      }).catch(() => undefined);
      let seen = '';
      const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
      while (!seen.includes('siteverify')) seen += (await reader.read()).value ?? '';
      const before = Date.now();
      app.child.kill(signal);
      expect(await app.ended).toBe(0);
      expect(Date.now() - before).toBeLessThan(1000);
      await Promise.all([waiting, reader.cancel().catch(() => undefined)]);
    },
  );

  it('prints colours on a terminal, and stops on Ctrl-C', async () => {
    const app = startOnTerminal();
    await app.ready;
    expect(app.printed.out).toContain(ESCAPE);
    app.child.stdin.write(CTRL_C);
    expect(await app.ended).toBe(0);
  });

  it('prints no colours on a terminal with NO_COLOR', async () => {
    const app = startOnTerminal({ NO_COLOR: '1' });
    await app.ready;
    expect(app.printed.out).not.toContain(ESCAPE);
  });

  describe('with credentials in a file .env alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shop-'));
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });
    const startIn = (lines: readonly string[]) => {
      writeFileSync(join(folder, '.env'), lines.join('\n'));
      return run(process.execPath, [build.main], { NODE_ENV: '', PORT: '0' }, folder);
    };
    const CREDENTIALS = [
      'CHECKIFY_API_KEY=real',
      'ENGAGELAB_DEV_KEY=real',
      'ENGAGELAB_DEV_SECRET=real',
      'HUMANPROOF_SECRET=real',
      'VERIFYID_PLUGIN_KEY=real',
      'TURNSTILE_SECRET_KEY=real',
      'HCAPTCHA_SECRET_KEY=real',
      'RECAPTCHA_SECRET_KEY=real',
      'FRIENDLY_CAPTCHA_API_KEY=real',
    ];

    it('starts no sandbox', async () => {
      const app = startIn([...CREDENTIALS, 'PUBLIC_URL=https://shop.example', 'COOKIE_SECRET=x']);
      await app.ready;
      expect(app.printed.err).toBe('');
      expect(app.printed.out).toContain('https://shop.example');
      expect(app.printed.out).not.toContain('Console');
    });

    it('has no defaults for real visitors', async () => {
      const app = startIn([...CREDENTIALS, 'PUBLIC_URL=https://shop.example']);
      expect(await app.ended).toBe(1);
      expect(app.printed.err).toContain('Set COOKIE_SECRET.');
    });
  });

  it('takes the next free ports if another instance runs, and says so', async () => {
    const first = start();
    await first.ready;
    const second = start();
    await second.ready;
    for (const [name, usual] of [
      ['Pages', '3000'],
      ['Console', '4010'],
    ] as const) {
      const port = new URL(addressOf(second, name)).port;
      expect(port).not.toBe(new URL(addressOf(first, name)).port);
      // Another process may have used the usual port while the first app started, and freed it since.
      const isSaid = new RegExp(`^Port ${usual} is taken\\. Using port ${port} instead\\.$`, 'm').test(
        second.printed.out,
      );
      expect(isSaid).toBe(port !== usual);
    }
  });

  it.each(['PORT', 'SANDBOX_PORT'])('stops with the fix if %s is taken', async name => {
    const port = await takePort(name === 'PORT' ? undefined : '127.0.0.1');
    const app = start({ [name]: String(port) });
    expect(await app.ended).toBe(1);
    expect(app.printed.err).toBe(
      `Port ${port} is taken, or this account may not use it. Free it, or set ${name} to another port above 1023.\n`,
    );
    expect(app.printed.out).not.toContain('http');
  });
});

describe('a port', () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);

  afterEach(() => {
    said.length = 0;
  });

  it.each([false, true])('of 0 is any free port, without a message (fixed: %s)', async isFixed => {
    const found = await findPort({ port: 0, name: 'PORT', isFixed }, say);
    const server = createServer();
    await once(server.listen(found), 'listening');
    server.close();
    expect(said).toEqual([]);
  });

  it('that is taken is replaced by the next free one', async () => {
    const port = await takePort();
    const found = await findPort({ port, name: 'PORT', isFixed: false }, say);
    expect(found).toBeGreaterThan(port);
    expect(said).toEqual([`Port ${port} is taken. Using port ${found} instead.`]);
  });

  it('that is fixed and taken is an error', async () => {
    const port = await takePort();
    await expect(findPort({ port, name: 'PORT', isFixed: true }, say)).rejects.toThrow(
      `Port ${port} is taken, or this account may not use it. Free it, or set PORT to another port above 1023.`,
    );
  });

  it.each([
    [{}, false, false],
    [{ PORT: '3001' }, true, false],
    [{ SANDBOX_PORT: '4011' }, false, true],
    [{ PUBLIC_URL: 'http://localhost:3000' }, true, false],
  ])('with %j is fixed: app %s, sandbox %s', (environment, app, sandbox) => {
    const { port, sandboxPort } = readConfig(environment);
    expect([port.isFixed, sandboxPort.isFixed]).toEqual([app, sandbox]);
  });

  it.each(['x', '-1', '65536', '3000.5'])('cannot be %s', value => {
    expect(() => readConfig({ PORT: value })).toThrow('Set PORT to a number from 0 to 65535.');
  });
});

it('the banner does not mention a sandbox without one', () => {
  const text = banner('https://shop.example', undefined, { isColoured: false });
  expect(text).toContain('https://shop.example');
  expect(text).not.toMatch(/sandbox|console|inbox/i);
});
