import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Packages that Nest loads only where an application has them. */
const OPTIONAL = [
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@fastify/*',
  '@mikro-orm/*',
  'ioredis',
  'redis',
];

/** A handler in one file, as one uploads it to a serverless host. */
export async function bundle(name: string): Promise<{ readonly file: URL; readonly bytes: number }> {
  const file = new URL(`bundled/${name}.process.mjs`, import.meta.url);
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.handler.js`, import.meta.url))],
    outfile: fileURLToPath(file),
    bundle: true,
    minify: true,
    keepNames: true, // Nest finds classes by name in its errors
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: OPTIONAL,
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return { file, bytes: statSync(file).size };
}
