import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.js';
import { pack, ROOT, type Tarball } from './tarball.js';

/** How an application is compiled; the sources are the same. */
export const FORMATS = {
  esm: { type: 'module', compiler: [] },
  cjs: { type: 'commonjs', compiler: [] },
  // As Nest 11's own starter: types resolved the old way.
  classic: {
    type: 'commonjs',
    compiler: ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0'],
  },
} as const;
export type Format = keyof typeof FORMATS;

/** The module resolutions that fit a format, the usual one first. */
const MODULES: Record<Format, readonly (readonly string[])[]> = {
  esm: [
    ['--module', 'nodenext'],
    ['--module', 'node16'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ],
  cjs: [['--module', 'nodenext']],
  classic: [['--module', 'commonjs', '--moduleResolution', 'node10']],
};

/** The versions of TypeScript at either end; what each cannot do at all with a format and a major of Nest. */
const AGES = {
  // Requires of ES modules, which Nest 12 is made of, are known to TypeScript since 5.8.
  oldest: {
    version: '5.0.4',
    cannot: (format: Format, nest: string) => format === 'cjs' && nest === 'nest-12',
  },
  newest: { version: '7.0.2', cannot: (format: Format) => format === 'classic' },
} as const;

const APPS = join(import.meta.dirname, 'apps');

/** The packed library installed with one major of Nest, and an application in each format beside it. */
export class Installation {
  private readonly compiled = new Map<Format, Promise<void>>();

  private constructor(
    private readonly tarball: Tarball,
    private readonly nest: string,
    readonly folder: string,
  ) {}

  static async of(nest: string): Promise<Installation> {
    const tarball = await pack();
    const folder = join(tarball.folder, nest);
    cpSync(join(APPS, nest), folder, { recursive: true });
    const compilers = Object.entries(AGES).map(
      ([age, { version }]) => `typescript-${age}@npm:typescript@${version}`,
    );
    await run(
      folder,
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      tarball.path,
      ...compilers,
    );
    for (const [format, { type }] of Object.entries(FORMATS)) {
      const app = join(folder, format);
      mkdirSync(app);
      for (const each of ['src', 'tsconfig.json'])
        cpSync(join(APPS, each), join(app, each), { recursive: true });
      writeFileSync(join(app, 'package.json'), JSON.stringify({ type }));
    }
    return new Installation(tarball, nest, folder);
  }

  /** Compiles an application, and checks the declarations of the library and of all that it brings. */
  compile(format: Format): Promise<void> {
    let compiled = this.compiled.get(format);
    if (compiled === undefined) this.compiled.set(format, (compiled = this.tsc(format)));
    return compiled;
  }

  /** Checks an application with another TypeScript; the newest, which is quick, in every resolution that fits. */
  async check(format: Format, age: keyof typeof AGES): Promise<void> {
    if (AGES[age].cannot(format, this.nest)) return;
    const tsc = join(this.folder, `node_modules/typescript-${age}/bin/tsc`);
    for (const options of MODULES[format].slice(0, age === 'newest' ? undefined : 1)) {
      await run(join(this.folder, format), process.execPath, tsc, '--noEmit', ...options);
    }
  }

  /** Runs a program of an application and reads what it printed last. */
  async start(format: Format, program: string, ...args: string[]): Promise<unknown> {
    await this.compile(format);
    const output = await run(join(this.folder, format), process.execPath, `out/${program}.js`, ...args);
    return JSON.parse(output.trim().split('\n').at(-1)!) as unknown;
  }

  /** Runs a spec of the application under jest, without any transform. */
  async jest(format: Format, spec: string): Promise<void> {
    await this.compile(format);
    const app = join(this.folder, format);
    cpSync(join(APPS, spec), app, { recursive: true });
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const config = JSON.stringify({ rootDir: app, transform: {}, testEnvironment: 'node' });
    const flags = format === 'esm' ? ['--experimental-vm-modules'] : [];
    await run(app, process.execPath, ...flags, jest, '--ci', '--config', config);
  }

  remove(): Promise<void> {
    return this.tarball.remove();
  }

  private async tsc(format: Format): Promise<void> {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(join(this.folder, format), process.execPath, tsc, ...FORMATS[format].compiler);
  }
}
