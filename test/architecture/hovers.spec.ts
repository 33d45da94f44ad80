import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { ROOT } from './cruise.js';
import { nodesOf } from './sources.js';

it.each(['RequireVerification', 'RequireAnyVerification'])(
  'editors show the whole example of @%s, and take no decorator in it for a tag',
  name => {
    const file = join(ROOT, 'lib/src/decorators/require-verification.decorator.ts');
    const text = ts.sys.readFile(file) ?? '';
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
    const declared = source.statements.find(
      each => ts.isFunctionDeclaration(each) && each.name?.text === name,
    )!;
    const tags = ts.getJSDocTags(declared);
    expect(tags.map(tag => tag.tagName.text)).toEqual(['example']);
    expect(ts.getTextOfJSDocComment(tags[0]!.comment)).toContain(`@${name}(`);
  },
);

// What an application writes, and where a hover should say what happens without it.
const WRITTEN = /((?<!Emulator)(Options|Context)|Requirement|Message|Request|FakeOutage|SandboxOverride)$/;
const NOT_WRITTEN = ['WireRequest', 'OtpRequest', 'SpeculativeRequest'];

/** The optional members of what an application writes, with the tags of their comments. */
function optionsIn(file: string): readonly (readonly [name: string, tags: readonly string[]])[] {
  const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.ES2023, true);
  return [...nodesOf(source)]
    .filter(member => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
    .filter(member => member.questionToken !== undefined)
    .flatMap(member => {
      const whole = writtenAround(member);
      const tags = ts.getJSDocTags(member).map(tag => tag.tagName.text);
      return whole === undefined ? [] : [[`${whole}.${member.name.getText()}`, tags] as const];
    });
}

/** The type that a member is of, however deep, or the method that takes it as an option. */
function writtenAround(member: ts.Node): string | undefined {
  const within = ts.findAncestor(member, each => isNamedType(each) || ts.isParameter(each));
  if (within === undefined) return undefined;
  if (ts.isParameter(within)) {
    const of = within.parent;
    return ts.isMethodDeclaration(of) && /^(options|init)$/.test(within.name.getText())
      ? `${of.name.getText()}()`
      : undefined;
  }
  const name = within.name?.text ?? '';
  return WRITTEN.test(name) && !NOT_WRITTEN.includes(name) ? name : undefined;
}

function isNamedType(
  node: ts.Node,
): node is ts.InterfaceDeclaration | ts.ClassDeclaration | ts.TypeAliasDeclaration {
  return ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

const OPTIONS = ts.sys.readDirectory(join(ROOT, 'lib/src'), ['.ts']).flatMap(optionsIn);

it('there are options', () => {
  expect(OPTIONS.length).toBeGreaterThan(50);
});

it.each(OPTIONS)('the comment of %s says its default', (_, tags) => {
  expect(tags).toContain('default');
});

it('the compiler says the format of a duration that it refuses', () => {
  const file = join(ROOT, 'lib/src/contract/written.ts');
  const text =
    "import type { Duration } from './duration.js';\nexport const life: Duration = 'half an hour';\n";
  const options = { strict: true, noEmit: true, types: [], module: ts.ModuleKind.NodeNext };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: path => path === file || disk.fileExists(path),
    getSourceFile: (path, target) =>
      path === file ? ts.createSourceFile(path, text, target) : disk.getSourceFile(path, target),
  };
  const program = ts.createProgram([file], options, host);
  const [refused] = program.getSemanticDiagnostics(program.getSourceFile(file));
  expect(ts.flattenDiagnosticMessageText(refused?.messageText, '\n')).toContain('`${number}m`');
});
