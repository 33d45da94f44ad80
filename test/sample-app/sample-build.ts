import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../support/compile.js';

const ROOT = join(import.meta.dirname, '../..');

/** The compiled sample app, as `npm start` runs it, with the library as an installed package. */
export class SampleBuild {
  readonly #folder = mkdtempSync(join(import.meta.dirname, 'built-'));
  readonly main = join(this.#folder, 'main.js');
  readonly minimal = join(this.#folder, 'samples/minimal/main.js');

  constructor() {
    const library = join(this.#folder, 'node_modules/nestjs-verification');
    compile(join(ROOT, 'lib/src'), library);
    // The sandbox's scripts, styles and pages are files beside its code.
    const isAsset = (path: string): boolean => !path.endsWith('.ts');
    cpSync(join(ROOT, 'lib/src/sandbox'), join(library, 'sandbox'), { recursive: true, filter: isAsset });
    compile(join(ROOT, 'sample-app/src'), this.#folder);
    compile(join(ROOT, 'samples'), join(this.#folder, 'samples'));
    for (const assets of ['views', 'public']) {
      cpSync(join(ROOT, 'sample-app/src', assets), join(this.#folder, assets), { recursive: true });
    }
    const exports = {
      '.': './index.js',
      './sandbox': './sandbox/index.js',
      './captcha': './captcha/index.js',
      './redis': './store/redis/index.js',
      './browser': './browser/index.js',
    };
    writeFileSync(join(library, 'package.json'), JSON.stringify({ type: 'module', exports }));
    writeFileSync(join(this.#folder, 'package.json'), '{"type":"module"}');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
