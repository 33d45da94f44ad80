import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { reply, StubServer } from '../support/stub-server.js';
import { open, TRANSPORTS } from './open.js';
import { outcomeOf } from './outcome.js';
import { SUBJECTS } from './subjects.js';

const HOSTS: Readonly<Record<string, string>> = {
  checkify: 'checkify.me',
  engagelab: 'otp.api.engagelab.cc',
  humanproof: 'humanproof.eu',
  verifyid: 'app.verifyid.dk', // 9.4.9
  turnstile: 'challenges.cloudflare.com',
  hcaptcha: 'api.hcaptcha.com',
  recaptcha: 'www.google.com',
  'friendly-captcha': 'global.frcapi.com',
};

describe.each(TRANSPORTS)('without a base URL, over %s', transport => {
  let stub: StubServer;
  const asked: string[] = [];
  let agent: Agent;

  beforeAll(async () => {
    stub = await StubServer.start();
    // Every connection ends at the stub, whoever it was meant for; no name is ever looked up.
    agent = new Agent({
      connect: ({ protocol, hostname, port }, done) => {
        asked.push(new URL(`${protocol}//${hostname}:${port}`).origin);
        const socket = connect(Number(new URL(stub.url).port), '127.0.0.1');
        socket.once('connect', () => {
          done(null, socket);
        });
      },
    });
  });
  afterAll(async () => {
    await agent.close();
    await stub.stop();
  });

  it.each(SUBJECTS.filter(({ name }) => name in HOSTS))(
    '$name is asked where its document says',
    async subject => {
      const { providers = {}, customProviders } = subject.options('');
      const own = Object.entries(providers).map(([name, given]) => [
        name,
        Object.assign({}, given, { baseUrl: undefined }),
      ]);
      const running = await open({
        providers: Object.fromEntries(own) as typeof providers,
        customProviders,
        http: { transport, retries: 0, dispatcher: agent },
      });
      stub.reset(reply(200, '<html>'));
      asked.length = 0;
      const outcome = await outcomeOf(
        running.verify(subject.name, subject.evidence('x'), subject.requirement),
      );
      expect(outcome).toMatchObject({ code: 'provider_protocol' });
      expect(asked).toEqual([`https://${HOSTS[subject.name]!}`]);
      expect(stub.seen).toEqual([
        expect.objectContaining({
          path: expect.stringMatching(subject.path),
          headers: expect.objectContaining({ host: HOSTS[subject.name] }),
        }),
      ]);
      await running.app.close();
    },
  );
});
