import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path/posix'; // as bundlers and packages name files everywhere
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What an application installs beside us. */
const external = id =>
  id.startsWith('node:') || packages.some(name => id === name || id.startsWith(`${name}/`));

/** What the package offers, by the name of its file. */
const library = {
  index: 'dist/lib/index.js',
  provider: 'dist/lib/provider/index.js',
  captcha: 'dist/lib/captcha/index.js',
  redis: 'dist/lib/store/redis/index.js',
  opentelemetry: 'dist/lib/opentelemetry/index.js',
  terminus: 'dist/lib/terminus/index.js',
  testing: 'dist/lib/testing/index.js',
  swagger: 'dist/lib/swagger/index.js',
};

/** The sandbox shares no class with the library and needs no Nest: CommonJS, which everybody can load, is enough for it. */
const sandbox = { sandbox: 'dist/lib/sandbox/index.js' };
/** Browsers load ES modules. */
const browser = { browser: 'dist/lib/browser/index.js' };
const command = { cli: 'dist/lib/sandbox/cli.js' };

/** Files that are written as they are. */
const files = texts => ({
  name: 'files',
  generateBundle() {
    for (const [fileName, source] of Object.entries(texts))
      this.emitFile({ type: 'asset', fileName, source });
  },
});

/** The files that browsers get from the sandbox become texts in the bundle, which finds no files beside it. */
const browserFiles = {
  name: 'browser-files',
  async load(id) {
    if (!id.endsWith('/sandbox/browser/browser-files.js')) return null;
    const { readBrowserFiles } = await import(id);
    const texts = [...readBrowserFiles('lib/src/sandbox')];
    return `export const BROWSER_FILES = new Map(${JSON.stringify(texts)});`;
  },
};

/** Nothing of an earlier build stays. */
const clean = dir => ({
  name: 'clean',
  buildStart() {
    rmSync(dir, { recursive: true, force: true });
  },
});

/** What tsc imports for decorators; it becomes part of the package. */
const helpers = {
  name: 'helpers',
  resolveId: id => (id === 'tslib' ? fileURLToPath(import.meta.resolve('tslib/tslib.es6.mjs')) : undefined),
};

/**
 * Comments and indents go; lines and names stay. Node prints the source line of an error that nobody catches, and a whole file on
 * one line would hide the message. Nothing is rewritten: Node finds the names that a CommonJS file exports by the look
 * of its code.
 */
const compact = {
  name: 'compact',
  renderChunk: async code =>
    (
      await minify(code, {
        compress: false,
        mangle: false,
        format: { comments: false, beautify: true, indent_level: 0 },
      })
    ).code,
};

const output = { entryFileNames: '[name].js', chunkFileNames: 'shared-[name].js' };

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

export default [
  {
    input: library,
    external,
    plugins: [clean('dist/esm'), helpers, compact, files(typesOf({ ...library, ...browser }))],
    output: { ...output, dir: 'dist/esm', format: 'es' },
  },
  {
    input: browser,
    plugins: [{ name: 'minify', renderChunk: async code => (await minify(code, { module: true })).code }],
    output: { ...output, dir: 'dist/esm', format: 'es' },
  },
  {
    input: { ...library, ...sandbox, ...command },
    external,
    plugins: [
      clean('dist/cjs'),
      helpers,
      browserFiles,
      compact,
      files({ ...typesOf({ ...library, ...sandbox }), 'package.json': JSON.stringify({ type: 'commonjs' }) }),
    ],
    output: { ...output, dir: 'dist/cjs', format: 'cjs', exports: 'named' },
  },
];
