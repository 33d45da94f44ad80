import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { HealthCheckService } from '@nestjs/terminus';
import { VerificationModule } from 'nestjs-verification';
import { VerificationHealthIndicator, VerificationTerminusModule } from 'nestjs-verification/terminus';
import { boot } from '../support/application.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');

it('the health check of the guide is up', async () => {
  const code = /```ts\n(health\.check\(.*?)```/s.exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(root, 'test/readme/pasted-'));
  const file = join(folder, 'health.ts');
  writeFileSync(file, `export const check = (health, indicator) => ${code}`);
  const { app } = await boot('express', {
    imports: [VerificationModule.forRoot(), VerificationTerminusModule],
  });
  try {
    const { check } = (await import(file)) as { check: (...services: object[]) => unknown };
    const health = await app.resolve(HealthCheckService, undefined, { strict: false });
    expect(await check(health, app.get(VerificationHealthIndicator))).toMatchObject({
      status: 'ok',
      details: { verification: { status: 'up', providers: { checkify: 'closed' } } },
    });
  } finally {
    rmSync(folder, { recursive: true });
    await app.close();
  }
});
