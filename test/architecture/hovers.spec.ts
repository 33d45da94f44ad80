import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { ROOT } from './cruise.js';

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
const WRITTEN = /((?<!Emulator)Options|Requirement|Message|Request)$/;
const NOT_WRITTEN = ['WireRequest', 'OtpRequest', 'SpeculativeRequest'];

/** The optional members of the types that an application writes, with the tags of their comments. */
function optionsIn(file: string): readonly (readonly [name: string, tags: readonly string[]])[] {
  const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.ES2023, true);
  return source.statements
    .filter(each => ts.isInterfaceDeclaration(each) || ts.isClassDeclaration(each))
    .filter(({ name }) => WRITTEN.test(name?.text ?? '') && !NOT_WRITTEN.includes(name?.text ?? ''))
    .flatMap(each =>
      [...each.members]
        .filter(member => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
        .filter(member => member.questionToken !== undefined)
        .map(
          member =>
            [
              `${each.name?.text ?? ''}.${member.name.getText()}`,
              ts.getJSDocTags(member).map(tag => tag.tagName.text),
            ] as const,
        ),
    );
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
