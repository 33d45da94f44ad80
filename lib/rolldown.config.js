import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'rolldown';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What an application installs beside us. */
const external = id =>
  id.startsWith('node:') || packages.some(name => id === name || id.startsWith(`${name}/`));

/** What the package offers, by the name of its file. */
const library = {
  index: 'dist/lib/index.js',
  redis: 'dist/lib/store/redis/index.js',
  opentelemetry: 'dist/lib/opentelemetry/index.js',
  terminus: 'dist/lib/terminus/index.js',
  testing: 'dist/lib/testing/index.js',
  swagger: 'dist/lib/swagger/index.js',
};

/** The sandbox shares no class with the library and needs no Nest: CommonJS, which everybody can load, is enough for it. */
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

/** The declarations behind some entries; what no entry mentions is nobody's business. */
function typesOf(entries) {
  const paths = new Set(
    Object.values(entries).map(path => relative(COMPILED, path).replace(/\.js$/, '.d.ts')),
  );
  const texts = {};
  for (const path of paths) {
    const text = readFileSync(join(COMPILED, path), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import\() ?['"](\.[^'"]+)\.js['"]/g))
      paths.add(join(path, '..', `${specifier}.d.ts`));
    texts[`types/${path}`] = text;
  }
  return texts;
}

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
    plugins: [
      files({ ...typesOf({ ...library, ...sandbox }), 'package.json': JSON.stringify({ type: 'commonjs' }) }),
    ],
    output: { ...output, dir: 'dist/cjs', format: 'cjs', exports: 'named', cleanDir: true },
  },
]);
