import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { nodesOf, SOURCES, type Source } from './sources.js';

it('imports packages by their root', () => {
  const deep = SOURCES.flatMap(({ path, imports }) =>
    imports
      .filter(specifier => !/^(\.{1,2}\/|node:[a-z/_]+$|(@[\w-]+\/)?[\w-]+$)/.test(specifier))
      .map(specifier => `${path}: ${specifier}`),
  );
  expect(deep).toEqual([]);
});

it('imports files of its own as Node does, with their extension', () => {
  const bare = SOURCES.flatMap(({ path, imports }) =>
    imports
      .filter(specifier => specifier.startsWith('.') && !specifier.endsWith('.js'))
      .map(specifier => `${path}: ${specifier}`),
  );
  expect(bare).toEqual([]);
});

it('reads the environment in one file, and whether it is production in another', () => {
  const readers = SOURCES.filter(({ tree }) => [...nodesOf(tree)].some(readsEnvironment));
  expect(readers.map(({ path }) => path)).toEqual(['contract/production.ts', 'options/environment.ts']);
});

it('says with @Inject what every constructor of an injectable gets', () => {
  expect(SOURCES.flatMap(guessedParameters)).toEqual([]);
});

it('logs, and never prints', () => {
  const printing = SOURCES.filter(({ path }) => !path.startsWith('sandbox/')).filter(({ tree }) =>
    [...nodesOf(tree)].some(node => ts.isIdentifier(node) && node.text === 'console'),
  );
  expect(printing.map(({ path }) => path)).toEqual([]);
});

it('the main entry exports few names', () => {
  const main = SOURCES.find(({ path }) => path === 'index.ts');
  const names = main === undefined ? [] : [...nodesOf(main.tree)].filter(node => ts.isExportSpecifier(node));
  expect(names.length).toBeGreaterThan(0);
  expect(names.length).toBeLessThanOrEqual(60);
});

function readsEnvironment(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)
    ? /^(globalThis\.)?process(\.env|\['env'\])$/.test(node.getText())
    : ts.isVariableDeclaration(node) &&
        node.initializer?.getText() === 'process' &&
        ts.isObjectBindingPattern(node.name);
}

/** Constructor parameters that dependency injection would have to guess from emitted metadata. */
function guessedParameters({ path, tree }: Source): string[] {
  return [...nodesOf(tree)].filter(ts.isClassDeclaration).flatMap(declaration => {
    const parameters = declaration.members
      .filter(ts.isConstructorDeclaration)
      .flatMap(each => [...each.parameters]);
    const injected = parameters.filter(parameter => decoratorsOf(parameter).includes('Inject'));
    const injectable = injected.length > 0 || decoratorsOf(declaration).some(name => INJECTABLE.has(name));
    return parameters
      .filter(parameter => injectable && !injected.includes(parameter) && parameter.initializer === undefined)
      .map(parameter => `${path}: ${declaration.name?.text ?? 'class'}(${parameter.name.getText()})`);
  });
}

const INJECTABLE = new Set(['Injectable', 'Controller', 'Catch', 'Module']);

function decoratorsOf(node: ts.HasDecorators): string[] {
  return (ts.getDecorators(node) ?? []).map(({ expression }) =>
    (ts.isCallExpression(expression) ? expression.expression : expression).getText(),
  );
}
