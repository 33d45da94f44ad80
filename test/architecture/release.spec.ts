import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from './cruise.js';
import { PACKAGE } from './sources.js';
import { pack } from '../pack/tarball.js';

const DATED = '# Changelog\n\n## 1.2.3 (2027-01-31)\n';

describe('a release', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    mkdirSync(join(folder, '.ci'));
    mkdirSync(join(folder, 'bin'));
    cpSync(join(ROOT, '.ci/release'), join(folder, '.ci/release'));
    write(
      'package.json',
      '{"name":"x","version":"1.2.3","repository":{"url":"git+https://example.com/x.git"}}',
    );
    write('.gitignore', 'release\n');
    write('bin/npm', '#!/bin/sh\necho "npm $*"\n'); // says what would be published
    chmodSync(join(folder, 'bin/npm'), 0o755);
    write('CHANGELOG.md', DATED);
    git('init', '--quiet');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(name: string, text: string): void {
    writeFileSync(join(folder, name), text);
  }
  function git(...args: string[]): void {
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    execFileSync('git', [...author, ...args], { cwd: folder });
  }
  function release(...args: string[]): { status: number | null; told: string } {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'All');
    return run(...args);
  }
  function run(...args: string[]): { status: number | null; told: string } {
    const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
    const { status, stdout, stderr } = spawnSync('bash', ['.ci/release', ...args], { cwd: folder, env });
    return { status, told: `${String(stdout)}${String(stderr)}`.trim() };
  }

  it('is packed for the job that publishes', () => {
    expect(release('v1.2.3')).toEqual({ status: 0, told: 'npm pack --pack-destination release' });
  });

  it('can be looked at before', () => {
    expect(release('v1.2.3', '--dry-run').told).toBe('npm pack --pack-destination release --dry-run');
  });

  it('from nowhere is refused, with the fix', () => {
    write('package.json', '{"name":"x","version":"1.2.3"}');
    const { status, told } = release('v1.2.3');
    expect([status, told]).toEqual([
      1,
      expect.stringContaining('add "repository": { "type": "git", "url": "'),
    ]);
  });

  it.each([
    ['of another tag', 'v1.2.4', DATED, 'the tag is v1.2.4, but package.json says 1.2.3'],
    [
      'without a date',
      'v1.2.3',
      DATED.replace(/\(.*\)/, '(unreleased)'),
      "has no heading '## 1.2.3 (YYYY-MM-DD)'",
    ],
    ['of a version that only looks like it', 'v1.2.3', DATED.replace('1.2.3', '1x2x3'), 'has no heading'],
  ])('%s is refused', (_, tag, changelog, why) => {
    write('CHANGELOG.md', changelog);
    const { status, told } = release(tag);
    expect([status, told]).toEqual([1, expect.stringContaining(why)]);
    expect(told).toMatch(/^not released: /);
  });

  it('of what nobody committed is refused', () => {
    release('v1.2.4');
    write('more.js', '');
    expect(run('v1.2.3')).toEqual({ status: 1, told: 'not released: there are uncommitted changes' });
  });
});

it('CI runs on every Node that is promised', () => {
  const [, listed = ''] =
    /node: \[(.*)\]/.exec(readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8')) ?? [];
  const tried = [...listed.matchAll(/'([\d.]+)'/g)].map(match => match[1]);
  const { node } = PACKAGE['engines'] as { node: string };
  const promised = [...node.matchAll(/(\d+\.\d+)\.0/g)].map(match => match[1]!.replace(/\.0$/, ''));
  expect(tried).toEqual(promised);
});

const workflow = (name: string): string => readFileSync(join(ROOT, '.github/workflows', name), 'utf8');

it('a workflow runs the property tests and the soak every night', () => {
  const nightly = workflow('nightly.yml');
  expect(nightly).toMatch(/^ {2}schedule:\n {4}- cron: '\d+ \d+ \* \* \*'$/m);
  expect(nightly).toMatch(/^ {6}- run: npm run test:nightly$/m);
  const { 'test:nightly': script } = PACKAGE['scripts'] as Record<string, string>;
  expect(script).toMatch(/PROPERTY_CASES = '100000'.* && npm run soak -- --seconds 60$/);
});

it('the job that can publish runs nothing but npm publish, of a tarball of another job', () => {
  const [before = '', publish = ''] = workflow('release.yml').split(/^ {2}publish:$/m);
  expect(before).not.toContain('id-token');
  expect(publish).toMatch(/^ {4}needs: pack$/m);
  expect([...publish.matchAll(/^ +- (?:run|uses): ([^@\n]+)/gm)].map(match => match[1])).toEqual([
    'actions/download-artifact',
    'npm publish --ignore-scripts --access public --provenance ./*.tgz',
  ]);
});

it('the tarball that is published is the one that was tested', () => {
  const [before = ''] = workflow('release.yml').split(/^ {2}publish:$/m);
  const steps = [...before.matchAll(/^ +- (?:run|uses): ([^@\n#]+?)(?: #.*|@.*)?$/gm)].map(match => match[1]);
  expect(steps.slice(steps.indexOf('npm ci'))).toEqual([
    'npm ci',
    'git config --global --add safe.directory "$GITHUB_WORKSPACE"',
    'bash .ci/release "$GITHUB_REF_NAME"',
    'TARBALL="$(echo release/*.tgz)" bash .ci/run',
    'actions/upload-artifact',
  ]);
  expect(before).toMatch(/path: release\/\*\.tgz\n/);
});

it('the tests of the package take the tarball that they are given, as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'given-'));
  writeFileSync(join(folder, 'package.json'), '{"name":"given","version":"1.2.3"}');
  execFileSync('npm', ['pack', '--ignore-scripts'], { cwd: folder, stdio: 'ignore' });
  process.env['TARBALL'] = join(folder, 'given-1.2.3.tgz');
  try {
    const tarball = await pack();
    expect(tarball.files).toEqual(['package.json']);
    expect(readFileSync(tarball.path).equals(readFileSync(process.env['TARBALL']))).toBe(true);
    await tarball.remove();
  } finally {
    Reflect.deleteProperty(process.env, 'TARBALL');
    rmSync(folder, { recursive: true });
  }
});

it.each(['ci.yml', 'nightly.yml', 'release.yml'])(
  '%s lets no job write, leaves no token on the disk, and pins what it uses',
  name => {
    expect(workflow(name)).toMatch(/^permissions:\n {2}contents: read$/m);
    const checkouts = workflow(name).match(/uses: actions\/checkout@/g) ?? [];
    expect(workflow(name).match(/persist-credentials: false/g) ?? []).toHaveLength(checkouts.length);
    for (const [, pin] of workflow(name).matchAll(/uses: \S+@(.*)/g))
      expect(pin).toMatch(/^[0-9a-f]{40} # v/);
  },
);
