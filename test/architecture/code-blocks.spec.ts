import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { ROOT } from './cruise.js';

interface Block {
  readonly page: string;
  readonly line: number;
  readonly code: string;
}

/** The TypeScript of a page that stands by itself: fragments, which import nothing, are for reading. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)]
    .map(match => ({ page, line: text.slice(0, match.index).split('\n').length + 1, code: match[1]! }))
    .filter(({ code }) => code.startsWith('import ') && !code.includes("from './")); // files of the suite
}

const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map(name => `docs/${name}`)].filter(page =>
  page.endsWith('.md'),
);
const BLOCKS = PAGES.flatMap(blocksOf);

describe('the code on', () => {
  let folder: string;
  let mistakes: ReadonlyMap<string, readonly string[]>;
  const fileOf = (index: number): string => join(folder, `block-${String(index)}.ts`);

  beforeAll(() => {
    folder = mkdtempSync(join(ROOT, 'test/architecture/pasted-'));
    for (const [index, { code }] of BLOCKS.entries()) writeFileSync(fileOf(index), code);
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), path => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    // As an application usually is: strict, and no stricter.
    const usual = {
      ...options,
      noPropertyAccessFromIndexSignature: false,
      noUnusedLocals: false,
      skipLibCheck: true,
    };
    const files = BLOCKS.map((_, index) => fileOf(index));
    const program = ts.createProgram(files, usual);
    mistakes = new Map(
      files.map(file => [
        file,
        ts
          .getPreEmitDiagnostics(program, program.getSourceFile(file))
          .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      ]),
    );
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('the pages is there', () => {
    expect(BLOCKS.length).toBeGreaterThan(8);
  });

  it.each(BLOCKS.map((block, index) => ({ ...block, index })))('$page, line $line compiles', ({ index }) => {
    expect(mistakes.get(fileOf(index))).toEqual([]);
  });
});

/** The anchors that GitHub makes of the headings of a page. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = (ts.sys.readFile(path) ?? '').matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(
      ([, heading = '']) =>
        `#${heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N}_ -]/gu, '')
          .replaceAll(' ', '-')}`,
    ),
  );
}

describe('links', () => {
  it.each(PAGES)('of %s lead somewhere', page => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const folder = join(ROOT, page, '..');
    const missing = [...text.matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)].flatMap(
      ([link, target = '', anchor = '']) => {
        const path = target === '' ? join(ROOT, page) : join(folder, target);
        if (!ts.sys.fileExists(path) && !ts.sys.directoryExists(path)) return [link];
        return anchor === '' || anchorsOf(path).has(anchor) ? [] : [link];
      },
    );
    expect(missing).toEqual([]);
  });
});

it('the dashboard asks for what the telemetry tells', () => {
  const dashboard = readFileSync(join(ROOT, 'docs/grafana-dashboard.json'), 'utf8');
  const asked = new Set(
    [...dashboard.matchAll(/\b(verification_(?:outcomes|duration)\w*)/g)].map(match => match[1]),
  );
  // As Prometheus names a counter and a histogram in seconds.
  expect([...asked].sort()).toEqual(['verification_duration_seconds_bucket', 'verification_outcomes_total']);
});
