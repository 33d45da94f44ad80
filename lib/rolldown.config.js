import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'rolldown';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What an application installs beside us. */
const external = id =>
  id.startsWith('node:') || packages.some(name => id === name || id.startsWith(`${name}/`));

/** What the package offers, by the name of its file; each class must exist once in a process, so each has two formats. */
const library = {
  index: 'dist/lib/index.js',
  redis: 'dist/lib/store/redis/index.js',
  opentelemetry: 'dist/lib/opentelemetry/index.js',
  terminus: 'dist/lib/terminus/index.js',
  testing: 'dist/lib/testing/index.js',
  swagger: 'dist/lib/swagger/index.js',
};

/** The sandbox shares no class with the library and needs no Nest: CommonJS, which everybody can load, is enough. */
const sandbox = { sandbox: 'dist/lib/sandbox/index.js' };
const command = { cli: 'dist/lib/sandbox/cli.js' };

/** Files that are written as they are. */
const files = texts => ({
  name: 'files',
  generateBundle() {
    for (const [fileName, source] of Object.entries(texts))
      this.emitFile({ type: 'asset', fileName, source });
  },
});

// Names stay, so that errors and stack traces read as the sources do. Nothing is rewritten either: Node finds the names
// that a CommonJS file exports by the look of its code.
const output = {
  entryFileNames: '[name].js',
  chunkFileNames: 'shared-[name].js',
  keepNames: true,
  minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
};

const COMPILED = 'dist/lib';
const declarationOf = path => relative(COMPILED, path).replace(/\.js$/, '.d.ts');

/** The declarations behind some entries, by their path; what no entry mentions is nobody's business. */
function declarationsBehind(entries) {
  const paths = new Set(Object.values(entries).map(declarationOf));
  const texts = {};
  for (const path of paths) {
    texts[path] = readFileSync(join(COMPILED, path), 'utf8');
    for (const [, specifier] of texts[path].matchAll(/(?:from|import\() ?['"](\.[^'"]+)\.js['"]/g))
      paths.add(join(path, '..', `${specifier}.d.ts`));
  }
  return texts;
}

// The types are there once, as CommonJS, so that a class has one type in both formats.
const types = Object.fromEntries(
  Object.entries(declarationsBehind({ ...library, ...sandbox })).map(([path, text]) => [
    `types/${path}`,
    text,
  ]),
);
const typesOf = entries =>
  Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [
      `${name}.d.ts`,
      `export * from '../cjs/types/${declarationOf(path).replace(/\.d\.ts$/, '.js')}';\n`,
    ]),
  );

export default defineConfig([
  {
    input: library,
    platform: 'node',
    external,
    plugins: [files(typesOf(library))],
    output: { ...output, dir: 'dist/esm', format: 'esm', cleanDir: true },
  },
  {
    input: { ...library, ...sandbox, ...command },
    platform: 'node',
    external,
    plugins: [files({ ...types, 'package.json': JSON.stringify({ type: 'commonjs' }) })],
    output: { ...output, dir: 'dist/cjs', format: 'cjs', exports: 'named', cleanDir: true },
  },
]);
