import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as library from 'nestjs-verification';
import { RESPONSES } from '../../lib/src/errors/responses.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = read('README.md') + read('docs/reference.md');

const sources = readdirSync(new URL('../../lib/src', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => read(`lib/src/${path}`));

/** The string literals of a union type, or the optional members of an options class, as written in the source. */
function namesIn(from: string, to: string, pattern: RegExp): string[] {
  const source = sources.find(text => text.includes(from)) ?? '';
  const start = source.indexOf(from);
  return [...source.slice(start, source.indexOf(to, start)).matchAll(pattern)].map(match => match[1]!);
}

const literal = /'([a-z_]+)'/g;
const option = /\s(\w+)\?:/g;

describe('the README or the reference names', () => {
  it.each(namesIn('export type RejectionReason', ';', literal))('the reason %s', reason => {
    expect(readme).toContain(`\`${reason}\``);
  });

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

  it.each(namesIn('export class VerificationModuleOptions', '\n}', option))('the option %s', name => {
    expect(readme).toMatch(new RegExp(`\`(http\\.|providers\\.)?${name}[\`.]`));
  });

  it.each(namesIn('export class HttpOptions', '\n}', option))('the limit %s', name => {
    expect(readme).toContain(`\`http.${name}`);
  });
});

describe('troubleshooting and observability name', () => {
  const guides = read('docs/troubleshooting.md');

  it.each(namesIn('export type RejectionReason', ';', literal))('the reason %s', reason => {
    expect(guides).toContain(`\`${reason}\``);
  });

  it.each(Object.keys(RESPONSES))('the code %s', code => {
    expect(guides).toMatch(new RegExp(`^## \\d{3} ${code}$|code: '${code}'`, 'm'));
  });

  it.each(namesIn('export type LogEvent', ';', /'(verification\.[a-z_]+)'/g))('the log line %s', event => {
    expect(read('docs/observability.md')).toContain(`| \`${event}\` |`);
  });
});

it.each(readdirSync(new URL('../../docs', import.meta.url)).filter(name => /^[a-z-]+\.md$/.test(name)))(
  'the index of the guides leads to %s',
  name => {
    expect(read('docs/README.md')).toContain(`](${name}`);
  },
);

it('the README can be read in one sitting', () => {
  expect(read('README.md').split('\n').length - 1).toBeLessThanOrEqual(250);
});

const guide = read('docs/custom-provider.md');
const FILES = ['test/contract/acme.provider.ts', 'test/contract/acme-scenarios.spec.ts'];

describe('the guide to a provider of your own', () => {
  it.each(FILES)('shows %s, which the conformance suite runs', path => {
    expect(guide).toContain(`\`\`\`ts\n${read(path)}\`\`\`\n`);
  });

  it('builds it with its scenarios in under 60 lines, imports aside', () => {
    const lines = FILES.flatMap(path => read(path).split('\n')).filter(
      line => line.trim() !== '' && !line.startsWith('import '),
    );
    expect(lines.length).toBeLessThan(60);
  });
});

const VENDOR = ['test/contract/pigeon.provider.ts', 'test/contract/pigeon.application.ts'];

describe('the guide to another vendor of codes', () => {
  it.each(VENDOR)('shows %s, which the conformance suite runs', path => {
    expect(read('docs/otp-vendor.md')).toContain(`\`\`\`ts\n${read(path)}\`\`\`\n`);
  });

  it('builds the provider in under 60 lines', () => {
    const lines = read(VENDOR[0]!).split('\n');
    expect(lines.filter(line => line.trim() !== '').length).toBeLessThan(60);
  });
});
