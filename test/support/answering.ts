import type { VerificationModuleOptions } from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { ENGAGELAB } from '../answers/engagelab.answers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { reply, type Script, type SeenRequest, type StubServer } from './stub-server.js';

/** Options that send every provider's calls to `stub`, once each. */
export function optionsFor(
  stub: StubServer,
  more: VerificationModuleOptions = {},
): VerificationModuleOptions {
  return {
    http: { retries: 0, breaker: false },
    ...more,
    providers: {
      checkify: { apiKey: 'csk_test_key', baseUrl: stub.url },
      engagelab: { devKey: 'dev-key', devSecret: 'dev-secret', baseUrl: stub.url, sendLimit: false },
      humanproof: { secret: 'hp-secret', baseUrl: stub.url },
      verifyid: { pluginKey: 'plugin-key', baseUrl: stub.url },
      ...more.providers,
    },
  };
}

/** The member of a request's JSON body. */
export function asked(request: SeenRequest | undefined): Record<string, unknown> {
  return JSON.parse(request?.body ?? '{}') as Record<string, unknown>;
}

/** Every provider says yes to everything, as documented; the right code of every message is 123456. */
export const yes: Script = (request, response) => {
  const body = request.body === '' ? {} : asked(request);
  const answer = yesTo(request.path, body);
  reply(answer === undefined ? 404 : 200, answer ?? {})(request, response);
};
let messages = 0;

function yesTo(path: string, body: Record<string, unknown>): object | undefined {
  switch (path) {
    case CHECKIFY.verify: {
      const { request_id, required_claims, required_fields } = body;
      return CHECKIFY.completed(request_id, required_claims as string[], required_fields);
    }
    case ENGAGELAB.messages:
      messages++;
      return ENGAGELAB.sent(`17${String(messages).padStart(17, '0')}`);
    case ENGAGELAB.verifications: {
      const { message_id, verify_code } = body;
      return ENGAGELAB.verified(message_id, verify_code, verify_code === '123456');
    }
    case HUMANPROOF.verify:
      return HUMANPROOF.yes;
    default:
      return path.startsWith(VERIFYID.check('', '').slice(0, -1)) ? VERIFYID.yes() : undefined;
  }
}

/** The paths a stand-in was asked for, in order. */
export function paths(stub: StubServer): readonly string[] {
  return stub.seen.map(request => request.path);
}
