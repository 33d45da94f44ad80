import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './cruise.js';

/** The package's manifest. */
export const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
  string,
  unknown
>;

/** Where the library keeps what the package exports, below `lib/src` and by the path that applications import. */
export const ENTRIES: ReadonlyMap<string, string> = new Map(
  Object.keys(PACKAGE['exports'] as object)
    .filter(path => !path.endsWith('.json'))
    .map(path => [path, join(path === './redis' ? 'store/redis' : path, 'index.ts')]),
);

/** A file of the library, parsed but not checked. */
export interface Source {
  /** Below `lib/src`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly string[];
  readonly tree: ts.SourceFile;
}

/** Every file of the library, parsed but not checked. */
export const SOURCES: readonly Source[] = readdirSync(join(ROOT, 'lib/src'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter(path => path.endsWith('.ts'))
  .sort()
  .map(path => {
    const text = readFileSync(join(ROOT, 'lib/src', path), 'utf8');
    return {
      path,
      lines: text.trimEnd().split('\n').length,
      imports: ts.preProcessFile(text, true, true).importedFiles.map(file => file.fileName),
      tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true),
    };
  });

/** Every node of a file, outermost first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}
