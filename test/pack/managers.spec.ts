import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REPORT } from './promises.js';
import { run, SHELL } from './run.js';
import { pack, ROOT, type Tarball } from './tarball.js';

const APPS = join(import.meta.dirname, 'apps');

let tarball: Tarball;
let registry: string;
beforeAll(async () => {
  tarball = await pack();
  // What npm was told of the network here, the others are told, too.
  const configured = async (name: string): Promise<string> =>
    (await run(ROOT, 'npm', 'config', 'get', name)).trim();
  registry = (await configured('registry')).replace(/\/$/, '');
  const authority = await configured('cafile');
  if (authority !== '' && authority !== 'null') SHELL['NODE_EXTRA_CA_CERTS'] ??= authority;
});
afterAll(() => tarball.remove());

/** An application that needs the packed library, not installed yet. */
function application(name: string): string {
  const folder = join(tarball.folder, name);
  mkdirSync(folder);
  for (const each of ['src', 'tsconfig.json'])
    cpSync(join(APPS, each), join(folder, each), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(APPS, 'nest-12/package.json'), 'utf8')) as Record<
    string,
    object
  >;
  const dependencies = { ...manifest['dependencies'], 'nestjs-verification': `file:${tarball.path}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, type: 'module', dependencies }));
  return folder;
}

// Each gives a package what it asks for and no more: what we forgot to ask for is not there.
describe('an application installed by', () => {
  let compiled: string;
  const pnpm = (...args: string[]): Promise<string> => run(compiled, 'npx', '--yes', 'pnpm@12.21.0', ...args);

  it('pnpm compiles and runs', async () => {
    compiled = application('pnpm');
    // What wants to run scripts is left without them, not refused: esbuild, and what comes with Swagger's pages.
    writeFileSync(join(compiled, 'pnpm-workspace.yaml'), 'strictDepBuilds: false\n');
    await pnpm('install');
    await run(compiled, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'));
    expect(lastLine(await run(compiled, process.execPath, 'out/main.js'))).toEqual(REPORT);
  });

  it('pnpm is tested with vitest', async () => {
    await pnpm('add', 'vitest@3.2.4', 'vite@7.1.0');
    cpSync(join(APPS, 'vitest'), compiled, { recursive: true });
    await pnpm('exec', 'vitest', 'run');
  });

  it("yarn runs from its archives, with Plug'n'Play", async () => {
    const folder = application('yarn');
    cpSync(join(compiled, 'out'), join(folder, 'out'), { recursive: true }); // compilers need yarn's editor SDKs there
    const settings = {
      npmRegistryServer: registry,
      unsafeHttpWhitelist: ['*'],
      enableTelemetry: false,
      enableImmutableInstalls: false,
      globalFolder: join(folder, '.global'),
    };
    writeFileSync(join(folder, '.yarnrc.yml'), JSON.stringify(settings));
    writeFileSync(join(folder, 'yarn.lock'), '');
    const yarn = (...args: string[]) =>
      run(folder, 'npx', '--yes', '-p', '@yarnpkg/cli-dist@4.18.1', 'yarn', ...args);
    await yarn('install');
    // Its `require` does not know the condition that leads Node's to the ES modules; no application mixes the two.
    expect(lastLine(await yarn('node', 'out/main.js'))).toEqual({ ...REPORT, copies: expect.any(Array) });
  });
});

function lastLine(output: string): unknown {
  return JSON.parse(output.trim().split('\n').at(-1)!) as unknown;
}
