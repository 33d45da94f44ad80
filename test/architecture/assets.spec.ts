import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { ASSETS } from '../../lib/src/sandbox/browser/assets.js';
import { CHECKIFY_SCRIPT } from '../../lib/src/sandbox/browser/checkify.script.js';
import { HUMANPROOF_SCRIPT } from '../../lib/src/sandbox/browser/humanproof.script.js';
import { WIDGET_STYLE } from '../../lib/src/sandbox/browser/widget.style.js';
import { ROOT } from './cruise.js';

// The texts that browsers get are strings to every other tool; here they are files, and held to what other files are.
jest.setTimeout(60_000);

const TEXTS = new Map([...ASSETS].map(([name, [, text]]) => [name, text]));
TEXTS.set('widget.css', WIDGET_STYLE);
TEXTS.set('embed.js', CHECKIFY_SCRIPT);
TEXTS.set('widget.js', HUMANPROOF_SCRIPT);
const SCRIPTS = [...TEXTS.keys()].filter(name => name.endsWith('.js'));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-assets-'));
  // The styles of the widgets stand in one line of their scripts, and in a file of their own.
  const inTheirScripts = /^const STYLE = .*$/m;
  for (const [name, text] of TEXTS) {
    writeFileSync(join(folder, name), text.replace(inTheirScripts, "const STYLE = '';"));
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('browser code is formatted', async () => {
  const prettier = join(ROOT, 'node_modules/prettier/bin/prettier.cjs');
  const options = ['--config', join(ROOT, '.prettierrc.json'), '--ignore-path', join(folder, 'none')];
  const files = [...TEXTS.keys()].filter(name => !name.endsWith('.svg')).map(name => join(folder, name));
  const output = promisify(execFile)(process.execPath, [prettier, '--list-different', ...options, ...files]);
  await expect(output).resolves.toMatchObject({ stdout: '' });
});

it('browser code names nothing that is not there', () => {
  const program = ts.createProgram(
    SCRIPTS.map(name => join(folder, name)),
    {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      strict: false,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
      noUnusedLocals: true,
      noUnusedParameters: true,
      moduleDetection: ts.ModuleDetectionKind.Force,
    },
  );
  const found = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName.split('/').at(-1) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  expect(found).toEqual([]);
});

it.each(SCRIPTS)('%s makes no markup and no code from text', name => {
  expect(TEXTS.get(name)).not.toMatch(
    /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(/,
  );
});
