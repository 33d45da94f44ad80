import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MANIFESTS, SANDBOX_PROVIDERS } from '../../lib/src/sandbox/sandbox-provider.js';

const SANDBOX = join(import.meta.dirname, '../../lib/src/sandbox');
const FILES = readdirSync(SANDBOX, { withFileTypes: true, recursive: true })
  .filter(entry => entry.isFile())
  .map(entry => join(entry.parentPath, entry.name).slice(SANDBOX.length + 1));
const REGISTRY = 'apis.ts';

// Files that may name an API all the same, with the reason.
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'index.ts': 'The public API is a list that is written by hand, the types of handles included.',
};

const folderOf = (file: string) => file.split('/')[0];
const isOfAnApi = (file: string) => SANDBOX_PROVIDERS.some(name => name === folderOf(file));
const textOf = (file: string) => readFileSync(join(SANDBOX, file), 'utf8');
const names = new RegExp(`\\b(${SANDBOX_PROVIDERS.join('|')})\\b`, 'i');

describe('an API of the sandbox', () => {
  it('is one line of the registry', () => {
    const listed = [...textOf(REGISTRY).matchAll(/^export .* from '(.*)';$/gm)].map(([, path]) => path);
    expect(listed.sort()).toEqual(SANDBOX_PROVIDERS.map(name => `./${name}/${name}.manifest.js`).sort());
  });

  it('is named by no file outside its folder', () => {
    const shared = FILES.filter(file => file !== REGISTRY && !isOfAnApi(file) && !(file in EXCEPTIONS));
    expect(shared.length).toBeGreaterThan(40);
    expect(shared.filter(file => names.test(textOf(file)))).toEqual([]);
  });

  it.each(Object.keys(EXCEPTIONS))('%s is an exception that is still needed', file => {
    expect(textOf(file)).toMatch(names);
  });

  it.each(SANDBOX_PROVIDERS)('%s names no other API in its folder', name => {
    const others = new RegExp(`\\b(${SANDBOX_PROVIDERS.filter(each => each !== name).join('|')})\\b`, 'i');
    const own = FILES.filter(file => folderOf(file) === name);
    expect(own.filter(file => others.test(textOf(file)))).toEqual([]);
  });

  it.each(SANDBOX_PROVIDERS)('%s has environment variables for all of its options', name => {
    const { credentials, environment } = MANIFESTS[name];
    expect(Object.values(environment).sort()).toEqual([...Object.keys(credentials), 'baseUrl'].sort());
  });
});
