import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '../support/compile.js';

const ROOT = join(import.meta.dirname, '../..');

/** The compiled bench, with the library as an installed package. */
export class BenchBuild {
  readonly #folder = mkdtempSync(join(import.meta.dirname, 'built-'));
  /** One of two instances on one Redis. */
  readonly instance = pathToFileURL(join(this.#folder, 'bench/scale/scale.process.js'));

  constructor() {
    const library = join(this.#folder, 'node_modules/nestjs-verification');
    compile(join(ROOT, 'lib/src'), library);
    compile(join(ROOT, 'bench'), join(this.#folder, 'bench'));
    const exports = { '.': './index.js', './redis': './store/redis/index.js' };
    writeFileSync(join(library, 'package.json'), JSON.stringify({ type: 'module', exports }));
    writeFileSync(join(this.#folder, 'package.json'), '{"type":"module"}');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
