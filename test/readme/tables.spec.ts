import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as library from 'nestjs-verification';
import { RESPONSES } from '../../lib/src/errors/responses.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');

/** The string literals of a union type, or the optional members of an options class, as written in the source. */
function namesIn(path: string, from: string, to: string, pattern: RegExp): string[] {
  const source = read(path);
  const start = source.indexOf(from);
  return [...source.slice(start, source.indexOf(to, start)).matchAll(pattern)].map(match => match[1]!);
}

const literal = /'([a-z_]+)'/g;
const option = /\s(\w+)\?:/g;

describe('the README names', () => {
  it.each(namesIn('lib/src/contract/verdict.ts', 'export type RejectionReason', ';', literal))(
    'the reason %s',
    reason => {
      expect(readme).toContain(`\`${reason}\``);
    },
  );

  it.each(Object.entries(RESPONSES))('the code %s, with its status', (code, { status }) => {
    expect(readme).toMatch(new RegExp(`\`${code}\` \\| ${String(status)} \\|`));
  });

  it.each(Object.keys(library).filter(name => name.endsWith('Error') && name !== 'VerificationError'))(
    'the error %s',
    name => {
      expect(readme).toContain(`\`${name}\``);
    },
  );

  it.each(Object.keys(library).filter(name => name.endsWith('Service')))('the service %s', name => {
    expect(readme).toContain(`\`${name}\``);
  });

  it.each(
    namesIn('lib/src/options/verification.options.ts', 'class VerificationModuleOptionsRules', '\n}', option),
  )('the option %s', name => {
    expect(readme).toMatch(new RegExp(`\`(http\\.|providers\\.)?${name}[\`.]`));
  });

  it.each(namesIn('lib/src/http/http.options.ts', 'class HttpOptionsRules', '\n}', option))(
    'the limit %s',
    name => {
      expect(readme).toContain(`\`http.${name}`);
    },
  );
});
