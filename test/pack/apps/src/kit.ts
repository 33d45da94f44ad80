import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { VerificationModule } from 'nestjs-verification';
import { VerificationHealthIndicator, VerificationTerminusModule } from 'nestjs-verification/terminus';
import { overrideVerification } from 'nestjs-verification/testing';
import { CheckoutController } from './checkout.controller.js';

/** What an application's own test sees, with fakes in place of the providers. */
export async function underTest(): Promise<object> {
  const builder = Test.createTestingModule({
    imports: [VerificationModule.forRoot(), VerificationTerminusModule],
    controllers: [CheckoutController],
  });
  const verification = overrideVerification(builder);
  const app: INestApplication = (await builder.compile()).createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/checkout`;
  const pay = async (): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ checkify_token: 'anything' });
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  verification.checkify.accept(['age_over_18']).rejectOnce('expired');
  const statuses = [await pay(), await pay()];
  const health = await app
    .get(VerificationHealthIndicator)
    .isHealthy('verification', { providers: ['checkify'] });
  const { asked } = verification.checkify;
  await app.close();
  return { statuses, health, asked };
}
