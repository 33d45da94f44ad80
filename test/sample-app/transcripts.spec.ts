import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { readConfig } from '../../sample-app/src/app.config.js';
import { createApp } from '../../sample-app/src/create-app.js';
import { runInShell } from './shell.js';
import { matches, transcriptOf } from './transcript.js';

const readme = readFileSync(new URL('../../sample-app/README.md', import.meta.url), 'utf8');
const steps = transcriptOf(readme);

jest.setTimeout(60_000); // every request starts a process

describe('the requests of the sample app’s README', () => {
  let sandbox: Sandbox;
  let app: NestExpressApplication;
  let printed: readonly string[];

  beforeAll(async () => {
    sandbox = await startSandbox();
    app = await createApp(readConfig({}), sandbox);
    app.useLogger(false);
    await app.listen(0, '127.0.0.1');
    printed = await runInShell(
      steps.map(step => step.command),
      { APP: await app.getUrl(), SANDBOX: sandbox.url },
    );
  }, 60_000);

  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  it('exist', () => {
    expect(steps.length).toBeGreaterThan(30);
    expect(printed).toHaveLength(steps.length);
  });

  it.each(steps.map((step, index) => ({ ...step, index })))('line $line: $command', ({ expected, index }) => {
    const print = printed[index]!;
    expect(matches(expected, print) ? expected : print).toBe(expected);
  });

  it.each([
    ['POST', '/signup'],
    ['POST', '/signup/phone'],
    ['POST', '/signup/phone/verify'],
    ['POST', '/contact'],
    ['POST', '/checkout'],
    ['GET', '/age-gate'],
  ])('show a refusal of %s %s', (_, path) => {
    const refused = steps
      .filter(step => step.expected.includes('"statusCode":403'))
      .map(step => step.command);
    const name = path === '/age-gate' ? '$BACK' : `$APP${path}`;
    const ends = [`${name}; echo`, `"${name}"; echo`];
    expect(refused.some(command => ends.some(end => command.endsWith(end)))).toBe(true);
  });
});
