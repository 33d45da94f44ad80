import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from './cruise.js';

const OUTPUT = join(ROOT, 'dist/lib');
const MAIN = 'index.d.ts';
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The declarations that the package publishes, compiled in memory. */
export function publishedDeclarations(): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'lib/tsconfig.json'),
    { emitDeclarationOnly: true, noEmitOnError: false },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  if (config === undefined) throw new Error('lib/tsconfig.json cannot be read');
  const host = parsingOnce(ts.createCompilerHost(config.options));
  const published = new Map<string, string>();
  ts.createProgram(config.fileNames, config.options, host).emit(undefined, (path, text) =>
    published.set(path, text),
  );

  // The same host from here on, except that `dist/lib` holds what was just compiled, whatever is on the disk.
  const folders = new Set([...published.keys()].map(dirname));
  const onDisk = (path: string) => relative(OUTPUT, path).startsWith('..');
  const memory: ts.CompilerHost = {
    ...host,
    fileExists: path => (onDisk(path) ? host.fileExists(path) : published.has(path)),
    readFile: path => (onDisk(path) ? host.readFile(path) : published.get(path)),
    directoryExists: path => folders.has(path) || (host.directoryExists?.(path) ?? true),
    getSourceFile: (path, version, ...rest) => {
      const text = published.get(path);
      return text === undefined
        ? host.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, text, version, true);
    },
  };
  return ts.createProgram([...published.keys()], { ...config.options, noEmit: true }, memory);
}

/** Two programs over the same dependencies need not read them twice. */
function parsingOnce(host: ts.CompilerHost): ts.CompilerHost {
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (path, ...rest) => {
    if (!parsed.has(path)) parsed.set(path, host.getSourceFile(path, ...rest));
    return parsed.get(path);
  };
  return { ...host, getSourceFile };
}

/**
 * All that an entry exports, then what it does not export although these mention it; both by name. What the main
 * entry's report has is not told again.
 */
export function reportOf(program: ts.Program, entry: string): string {
  const checker = program.getTypeChecker();
  const told = entry === MAIN ? new Map() : mentionedWith(exportsOf(program, MAIN), checker);
  const exported = exportsOf(program, entry);
  const mentioned = new Map(
    [...mentionedWith(exported, checker)].filter(([symbol]) => exported.has(symbol) || !told.has(symbol)),
  );
  const text = (of: (symbol: ts.Symbol) => boolean) =>
    [...mentioned]
      .filter(([symbol]) => of(symbol))
      .map(([symbol, name]) => declarationsOf(symbol, name))
      .sort();
  return [
    '// Exported.',
    ...text(symbol => exported.has(symbol)),
    '// Not exported, but mentioned above.',
    ...text(symbol => !exported.has(symbol)),
    '',
  ].join('\n\n');
}

function exportsOf(program: ts.Program, entry: string): ReadonlyMap<ts.Symbol, string> {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(OUTPUT, entry));
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  return new Map(checker.getExportsOfModule(module).map(symbol => [resolved(symbol, checker), symbol.name]));
}

/** What is exported, and all that it mentions, by name. */
function mentionedWith(
  exported: ReadonlyMap<ts.Symbol, string>,
  checker: ts.TypeChecker,
): ReadonlyMap<ts.Symbol, string> {
  const mentioned = new Map(exported);
  for (const symbol of mentioned.keys()) {
    for (const each of mentionedBy(symbol, checker))
      if (!mentioned.has(each)) mentioned.set(each, nameOf(each));
  }
  return mentioned;
}

/** A module is named by its file, and that below the output folder: the report is the same on every machine. */
function nameOf(symbol: ts.Symbol): string {
  const [file] = declarationsHere(symbol).filter(ts.isSourceFile);
  return file === undefined ? symbol.name : relative(OUTPUT, file.fileName);
}

/** Without private members, which nobody can use. */
function declarationsOf(symbol: ts.Symbol, name: string): string {
  const texts = declarationsHere(symbol)
    .map(each => printer.printNode(ts.EmitHint.Unspecified, each, each.getSourceFile()).trim())
    .map(text => text.replace(/^ +private .*;\n/gm, ''));
  return [`// ${name}`, ...texts].join('\n');
}

/** What the declarations of a symbol name that this package declares too. */
function mentionedBy(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  return declarationsHere(symbol)
    .flatMap(declaration => identifiersIn(declaration))
    .map(identifier => checker.getSymbolAtLocation(identifier))
    .filter(named => named !== undefined)
    .map(named => resolved(named, checker))
    .filter(named => declarationsHere(named).length > 0);
}

/** The declarations of a symbol at the top level of this package's files. */
function declarationsHere({ declarations = [] }: ts.Symbol): ts.Node[] {
  const statementOf = (each: ts.Node): ts.Node =>
    ts.isVariableDeclaration(each) ? each.parent.parent : each;
  return declarations
    .filter(declaration => declaration.getSourceFile().fileName.startsWith(`${OUTPUT}/`))
    .filter(each => ts.isSourceFile(each) || ts.isSourceFile(statementOf(each).parent));
}

function identifiersIn(node: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (each: ts.Node): void => {
    if (ts.isIdentifier(each)) found.push(each);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}

function resolved(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
