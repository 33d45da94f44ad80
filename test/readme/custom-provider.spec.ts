import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
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
