import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { copyFile, mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { transformFile } from '@swc/core';

const run = promisify(execFile);
const SOURCES = join(import.meta.dirname, '../../lib/src');
const children: ChildProcess[] = [];
let built: string;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the CLI in a process of its own; `onReady` gets what it printed once it is up. */
function cli(args: string[], onReady?: (out: string) => Promise<NodeJS.Signals>): Promise<Ended> {
  const child = spawn(process.execPath, [join(built, 'sandbox/cli.js'), ...args]);
  let [out, err] = ['', ''];
  children.push(child);
  child.stderr.on('data', chunk => (err += String(chunk)));
  child.stdout.on('data', chunk => {
    const wasReady = out.includes('DELETE');
    out += String(chunk);
    if (!wasReady && out.includes('DELETE')) void onReady?.(out).then(signal => child.kill(signal));
  });
  return new Promise(resolve =>
    child.on('close', code => {
      resolve({ code, out, err });
    }),
  );
}

async function compiled(path: string): Promise<string> {
  return (await transformFile(path, { sourceMaps: false })).code;
}

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'sandbox-cli-'));
  await writeFile(join(built, 'package.json'), '{"type":"module"}');
  for (const folder of ['sandbox', 'contract', 'wire']) {
    for (const file of await readdir(join(SOURCES, folder), { recursive: true })) {
      const [from, to] = [join(SOURCES, folder, file), join(built, folder, file)];
      if ((await stat(from)).isDirectory()) continue;
      await mkdir(dirname(to), { recursive: true });
      if (file.endsWith('.ts')) await writeFile(to.replace(/\.ts$/, '.js'), await compiled(from));
      else await copyFile(from, to);
    }
  }
});

// A child that a failed test left behind would keep the run from ending.
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rm(built, { recursive: true }));

describe('nestjs-verification sandbox', () => {
  it('prints an environment for the application', async () => {
    const { out } = await cli(['sandbox', '--port', '0'], () => Promise.resolve('SIGTERM'));
    const url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(out)?.[1] ?? 'none';
    const variables = Object.fromEntries(
      [...out.matchAll(/^([A-Z_]+)=([^$\s]+)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(variables).toMatchObject({
      CHECKIFY_API_KEY: 'csk_sandbox_demo',
      CHECKIFY_BASE_URL: `${url}/checkify`,
      ENGAGELAB_DEV_KEY: 'sandbox_demo_key',
      ENGAGELAB_DEV_SECRET: 'sandbox_demo_secret',
      ENGAGELAB_BASE_URL: `${url}/engagelab`,
      HUMANPROOF_SECRET: 'hp_sandbox_demo_secret',
      HUMANPROOF_BASE_URL: `${url}/humanproof`,
      TURNSTILE_SECRET_KEY: 'turnstile_sandbox_demo_secret',
      TURNSTILE_BASE_URL: `${url}/turnstile`,
      FRIENDLY_CAPTCHA_API_KEY: 'frc_sandbox_demo_key',
      FRIENDLY_CAPTCHA_BASE_URL: `${url}/friendly-captcha`,
      VERIFYID_PLUGIN_KEY: 'verifyid_sandbox_demo',
      VERIFYID_BASE_URL: `${url}/verifyid`,
    });
    expect(out).toContain(`${url}/console\n`);
  });

  it('prints the widgets for pages, and serves each', async () => {
    const statuses: number[] = [];
    await cli(['sandbox', '--port', '0'], async out => {
      for (const [url] of out.matchAll(/http:\S+\.js(?=  <)/g)) statuses.push((await fetch(url)).status);
      return 'SIGTERM';
    });
    expect(statuses).toEqual(Array(6).fill(200));
  });

  it('serves the console', async () => {
    let page: Response | undefined;
    await cli(['sandbox', '--port', '0'], async out => {
      page = await fetch(/http:\S+\/console/.exec(out)?.[0] ?? '');
      return 'SIGTERM';
    });
    expect(page?.status).toBe(200);
  });

  it('prints examples that work as they stand', async () => {
    let shown = '';
    await cli(['sandbox', '--port', '0'], async out => {
      shown = (await run('sh', ['-c', out.slice(out.indexOf('# Checkify'))])).stdout;
      return 'SIGTERM';
    });
    const answers = shown.trim().split('\n');
    expect(answers.slice(0, 7).map(answer => JSON.parse(answer) as unknown)).toEqual([
      expect.objectContaining({ success: true, approved_claims: { age_over_18: true } }),
      expect.objectContaining({ verified: true }),
      ...Array<unknown>(5).fill(expect.objectContaining({ success: true })),
    ]);
    expect(answers.slice(8)).toEqual(['{"age":18}', 'injected', 'cleared']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s', async signal => {
    const { code, err } = await cli(['sandbox', '--port', '0'], () => Promise.resolve(signal));
    expect([code, err]).toEqual([0, '']);
  });

  it('names the port that is taken and what to do', async () => {
    let second: Ended | undefined;
    await cli(['sandbox', '--port', '0'], async out => {
      second = await cli(['sandbox', '--port', /127\.0\.0\.1:(\d+)/.exec(out)?.[1] ?? '']);
      return 'SIGTERM';
    });
    expect(second).toEqual({ code: 1, out: '', err: expect.stringMatching(/^Port \d+ is in use\..*--port/) });
  });

  it.each([
    [[]],
    [['serve']],
    [['sandbox', 'twice']],
    [['sandbox', '--prot', '1']],
    [['sandbox', '--port', '65536']],
    [['sandbox', '--port', '-1']],
    [['sandbox', '--port', 'x']],
    [['sandbox', '--port']],
  ])('answers %j with its usage and exit code 2', async args => {
    expect(await cli(args)).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining('Usage: nestjs-verification sandbox'),
    });
  });

  it('refuses a host that is not loopback with exit code 2', async () => {
    expect(await cli(['sandbox', '--host', '0.0.0.0'])).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining('loopback'),
    });
  });

  it('writes the variables into an env file, and leaves its other lines', async () => {
    const path = join(built, '.env');
    await writeFile(path, '# mine\nPORT=3000\nCHECKIFY_API_KEY=csk_old\n');
    const { out } = await cli(['sandbox', '--port', '0', '--env-file', path], () =>
      Promise.resolve('SIGTERM'),
    );
    const url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(out)?.[1] ?? 'none';
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.slice(0, 3)).toEqual(['# mine', 'PORT=3000', 'CHECKIFY_API_KEY=csk_sandbox_demo']);
    expect(lines).toContain(`HUMANPROOF_BASE_URL=${url}/humanproof`);
    expect(lines.filter(line => line.startsWith('CHECKIFY_API_KEY='))).toHaveLength(1);
    expect(lines.at(-1)).toBe('');
  });

  it('creates the env file, and says why it cannot', async () => {
    const path = join(built, 'new.env');
    await cli(['sandbox', '--port', '0', '--env', path], () => Promise.resolve('SIGTERM'));
    expect(await readFile(path, 'utf8')).toMatch(/^CHECKIFY_API_KEY=/);
    const { code, err } = await cli(['sandbox', '--port', '0', '--env', built]);
    expect([code, err]).toEqual([1, expect.stringContaining('EISDIR')]);
  });

  it('answers --version', async () => {
    const { version } = JSON.parse(await readFile(join(SOURCES, '../../package.json'), 'utf8')) as {
      version: string;
    };
    expect(await cli(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('answers --help with its usage and exit code 0', async () => {
    expect(await cli(['--help'])).toEqual({ code: 0, out: expect.stringContaining('Usage:'), err: '' });
  });
});
