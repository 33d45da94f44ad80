import { afterEach, expect, it } from '@jest/globals';
import { Controller, Injectable, Post, UseGuards } from '@nestjs/common';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { PigeonService } from '../contract/pigeon.provider.js';
import { pigeonAt } from '../contract/pigeon-at.js';
import { asked } from '../support/answering.js';
import { boot, send } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

it('what was read ahead of the evidence is nothing for other evidence that a subclass asks about', async () => {
  let messages = 0;
  const stub = await StubServer.start();
  open.push({ close: () => stub.stop() });
  stub.reset((request, response) => {
    const { id } = asked(request);
    const sent = { id: `m-${String(messages++)}`, channel: 'sms' };
    const isSending = request.path === '/codes';
    reply(isSending ? 201 : 200, isSending ? sent : { id, correct: true })(request, response);
  });
  /** Takes the challenge from the visitor's session in place of the one in the form. */
  @Injectable()
  class SessionCodes extends PigeonService {
    challengeId = '';
    override ask(...[check, evidence, record]: Parameters<PigeonService['ask']>) {
      const { verifyCode } = evidence;
      return super.ask(check, { verifyCode, challengeId: this.challengeId }, record);
    }
  }
  @Controller('pay')
  class PayController {
    @Post()
    @UseGuards(VerificationGuard)
    @RequireVerification('pigeon', { remember: { for: '1h', subject: () => 'ada' } })
    pay(): void {}
  }
  const { app, url } = await boot('express', {
    imports: [VerificationModule.forRoot({ ...pigeonAt(stub.url), customProviders: [SessionCodes] })],
    controllers: [PayController],
  });
  open.push(app);
  const codes = app.get(SessionCodes);
  const ofAda = await codes.send({ to: '+4520123456' });
  const ofMallory = await codes.send({ to: '+4520654321' });
  codes.challengeId = ofAda.challengeId;
  stub.reset((request, response) => {
    const { id } = asked(request);
    reply(200, { id, correct: id !== 'm-0' })(request, response); // nobody knows Ada's code
  });
  const form = { challenge_id: ofMallory.challengeId, verify_code: '123456' };
  expect((await send(`${url}/pay`, form)).status).toBe(403);
});
