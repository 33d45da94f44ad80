import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './cruise.js';

/** The file that a test writes; it is in no folder. */
const WRITTEN = join(ROOT, 'test/types/written-by-a-test.ts');

const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(
  join(ROOT, 'tsconfig.json'),
  { noEmit: true, noUnusedLocals: false },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
)!;

/** What an editor shows of the library, and of one file that uses it. */
export class Editor {
  readonly service: ts.LanguageService;
  private text = '';
  private version = 0;

  constructor() {
    const library = fileNames.filter(path => path.startsWith(join(ROOT, 'lib/src')));
    this.service = ts.createLanguageService({
      ...ts.sys,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getScriptFileNames: () => [...library, WRITTEN],
      getScriptVersion: path => (path === WRITTEN ? String(this.version) : '0'),
      getScriptSnapshot: path => {
        const text = path === WRITTEN ? this.text : ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      fileExists: path => path === WRITTEN || ts.sys.fileExists(path),
      getCompilationSettings: () => options,
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
    });
  }

  get program(): ts.Program {
    return this.service.getProgram()!;
  }

  /** The hover over a name. */
  hover(name: ts.Node): readonly ts.SymbolDisplayPart[] {
    const file = name.getSourceFile();
    return this.service.getQuickInfoAtPosition(file.fileName, name.getStart(file))?.displayParts ?? [];
  }

  /** Writes the file, and returns it. */
  write(text: string): ts.SourceFile {
    this.text = text;
    this.version += 1;
    return this.program.getSourceFile(WRITTEN)!;
  }

  /** The errors in the file, each as a compiler prints it. */
  errorsIn(text: string): readonly string[] {
    this.write(text);
    return this.service
      .getSemanticDiagnostics(WRITTEN)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  }
}
