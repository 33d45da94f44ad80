import { expect, it } from '@jest/globals';
import * as builtIn from '../../lib/src/providers/built-in.js';
import { SOURCES } from './sources.js';

// Files outside a provider's own folders that may name it: the registries, and hand-written lists of exports.
const REGISTRIES = [
  'providers/built-in.ts',
  'sandbox/apis.ts',
  'testing/verification-fakes.ts',
  'index.ts',
  'sandbox/index.ts',
  'testing/index.ts',
];
// The reason beside each: the file speaks of the one provider, and another provider would not add a line to it.
const REASONS: Readonly<Record<string, string>> = {
  'contract/demo-credentials.ts': 'public credentials of the sandbox, which the module refuses in production',
  'providers/registry.ts': "'mitid' and 'bankid' are told to be verifyid's",
};

it('only registries name a provider outside its own folders', () => {
  const names = Object.keys(builtIn);
  const isOwn = (path: string): boolean =>
    names.some(name => path.includes(`/${name}/`) || path.includes(`/${name}.`));
  const naming = SOURCES.filter(({ path }) => !isOwn(path) && !REGISTRIES.includes(path)).filter(
    ({ tree }) => {
      const code = tree.text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
      return names.some(name => new RegExp(`\\b${name}\\b|${name}[.]`, 'i').test(code));
    },
  );
  expect(naming.map(({ path }) => path).sort()).toEqual(Object.keys(REASONS).sort());
});
