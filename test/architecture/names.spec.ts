import { join } from 'node:path';
import { beforeAll, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { ROOT } from './cruise.js';
import { Editor } from './editor.js';
import { ENTRIES, nodesOf } from './sources.js';

jest.setTimeout(60_000); // compiles the library

const LIBRARY = join(ROOT, 'lib/src');
const EDITOR = new Editor();

/** Members that the library calls, and applications only write, such as those of providers. */
const CALLED_BY_THE_LIBRARY = new Set([
  ...['Options', 'describe', 'ask', 'merge', 'memoryOf', 'auditOf', 'proofOf', 'read', 'request'],
  ...['reply', 'deliver', 'adopt', 'replacements', 'examineUnnamed', 'lookAhead', 'lookUp', 'willRefuse'],
]);

/** Names of TypeScript and the browser that we use as well. */
const KNOWN = new Set(['ClassDecorator', 'MethodDecorator', 'ParameterDecorator', 'Request']);

let internal: ReadonlySet<string>;

beforeAll(() => {
  const declared = EDITOR.program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(LIBRARY))
    .flatMap(file => [...file.statements])
    .filter(each => ts.isTypeAliasDeclaration(each) || isClassLike(each))
    .map(({ name }) => name?.text ?? '');
  const exported = [...ENTRIES.values()].flatMap(exportsOf).flatMap(each => [each.name, aliased(each).name]);
  internal = new Set(declared.filter(name => !exported.includes(name) && !KNOWN.has(name)));
  expect(internal.size).toBeGreaterThan(50);
});

it.each([...ENTRIES])('hovers over what %s exports show names that can be imported', (_, entry) => {
  const hovered = exportsOf(entry).flatMap(symbol => {
    const [declaration] = aliased(symbol).declarations ?? [];
    return declaration === undefined ? [] : [declaration, ...membersOf(declaration)];
  });
  expect(hovered.length).toBeGreaterThan(0);
  expect(hovered.flatMap(namesShown)).toEqual([]);
});

it('hovers over decorators and calls in an application do, too', () => {
  const file = EDITOR.write(`
    import * as v from 'nestjs-verification';
    import { verifiedFetch } from 'nestjs-verification/browser';
    const when = () => true;
    const adult = { claims: ['age_over_18'] } as const;
    const [a, b, c] = [v.RequireVerification('checkify'), v.RequireVerification('checkify', { when }), v.Verified('checkify')];
    const d = v.RequireAnyVerification(['checkify', { ...adult, when }], ['verifyid', adult]);
    const e = v.SkipVerification('public');
    v.VerificationModule.forRoot({ http: {} });
    v.VerificationModule.forRootAsync({ useFactory: () => ({}) });
    declare const f: v.CheckifyService, g: v.VerificationService, h: v.EngageLabOtpService, i: v.VerifyIdService;
    f.verify({ token: 't' }); f.verifyHuman('r'); f.verifyAge('r', 18);
    f.startSession(0 as never); f.sessionStatus(0 as never);
    g.verify('checkify', { token: 't' }); g.forget('s'); g.routes(); g.outcomes$;
    h.send(0 as never); h.verify(0 as never); i.start(0 as never); i.verify(0 as never, adult);
    verifiedFetch('/', {}, { prove: () => undefined });
  `);
  const names = [...nodesOf(file)].filter(ts.isIdentifier);
  expect(names.length).toBeGreaterThan(50);
  expect(names.flatMap(name => namesIn(EDITOR.hover(name)).map(shown => `${name.text}: ${shown}`))).toEqual(
    [],
  );
});

function exportsOf(entry: string): ts.Symbol[] {
  const checker = EDITOR.program.getTypeChecker();
  const file = EDITOR.program.getSourceFile(join(LIBRARY, entry))!;
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file)!);
}

function aliased(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias
    ? EDITOR.program.getTypeChecker().getAliasedSymbol(symbol)
    : symbol;
}

function isClassLike(node: ts.Node): node is ts.ClassDeclaration | ts.InterfaceDeclaration {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
}

/** What an application can name of a class or an interface, and of those that it extends. */
function membersOf(declaration: ts.Declaration): ts.Declaration[] {
  if (!isClassLike(declaration)) return [];
  const own = [...declaration.members].filter(
    member =>
      member.name !== undefined &&
      !ts.isPrivateIdentifier(member.name) &&
      !CALLED_BY_THE_LIBRARY.has(member.name.getText()) &&
      !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)),
  );
  const inherited = (declaration.heritageClauses ?? [])
    .flatMap(({ types }) => [...types])
    .map(({ expression }) => EDITOR.program.getTypeChecker().getSymbolAtLocation(expression))
    .flatMap(symbol => (symbol === undefined ? [] : (aliased(symbol).declarations ?? [])))
    .filter(each => each.getSourceFile().fileName.startsWith(LIBRARY));
  return [...own, ...inherited.flatMap(membersOf)];
}

function namesShown(declaration: ts.Declaration): string[] {
  const name = ts.getNameOfDeclaration(declaration) ?? declaration;
  return namesIn(EDITOR.hover(name)).map(shown => `${name.getText()}: ${shown}`);
}

/** Internal names in a hover; not those of the class whose member it is, nor what an alias stands for. */
function namesIn(parts: readonly ts.SymbolDisplayPart[]): string[] {
  const texts = parts.map(({ kind, text }) => (kind === 'typeParameterName' ? '' : text));
  const isAlias = texts[0] === 'type' || texts.slice(0, 4).join('') === '(alias) type';
  const of = texts.findIndex(text => (isAlias ? text === '=' : text === '(' || text === ':' || text === '?'));
  const signature = isAlias
    ? texts.slice(0, of === -1 ? undefined : of)
    : texts.slice(texts[0] === '(' ? 3 : 0);
  const member = signature.indexOf('.');
  return (member === -1 || isAlias ? signature : signature.slice(member)).filter(text => internal.has(text));
}
