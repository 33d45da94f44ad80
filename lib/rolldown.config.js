import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What the package offers, by the name of the file in `dist/esm` and `dist/cjs`. */
const input = Object.fromEntries(
  Object.entries({
    index: 'index',
    sandbox: 'sandbox/index',
    cli: 'sandbox/cli',
    redis: 'store/redis/index',
    opentelemetry: 'opentelemetry/index',
    terminus: 'terminus/index',
    testing: 'testing/index',
    swagger: 'swagger/index',
  }).map(([name, path]) => [name, `dist/lib/${path}.js`]),
);

/**
 * One file per entry, and one for what several share: of every class there is one. Names stay, so that errors and
 * stack traces read as the sources do.
 */
const bundle = format => ({
  input,
  platform: 'node',
  external: id => id.startsWith('node:') || packages.some(name => id === name || id.startsWith(`${name}/`)),
  output: {
    dir: `dist/${format}`,
    format,
    exports: 'named',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
  },
});

export default defineConfig([bundle('esm'), bundle('cjs')]);
