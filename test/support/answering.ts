import type { VerificationModuleOptions } from 'nestjs-verification';
import { reply, type Script, type SeenRequest, type StubServer } from './stub-server.js';

/** Options that send every provider's calls to `stub`, once each. */
export function optionsFor(
  stub: StubServer,
  more: Omit<VerificationModuleOptions, 'providers'> = {},
): VerificationModuleOptions {
  return {
    http: { retries: 0, breaker: false },
    ...more,
    providers: {
      checkify: { apiKey: 'csk_test_key', baseUrl: stub.url },
      engagelab: { devKey: 'dev-key', devSecret: 'dev-secret', baseUrl: stub.url, sendLimit: false },
      humanproof: { secret: 'hp-secret', baseUrl: stub.url },
      verifyid: { pluginKey: 'plugin-key', baseUrl: stub.url },
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
  if (request.path === '/v1/qr/results/verify') {
    const claims = (body['required_claims'] as string[]).map(claim => [claim, true]);
    reply(200, {
      success: true,
      status: 'completed',
      request_id: body['request_id'],
      site_id: 's1',
      business_id: 'b1',
      approved_claims: Object.fromEntries(claims),
      approved_fields: body['required_fields'] ?? [],
      signed_result: { payload: 'p', signature: 's', signature_algorithm: 'EdDSA', key_id: 'k' },
    })(request, response);
  } else if (request.path === '/v1/messages') {
    messages++;
    reply(200, { message_id: `17${String(messages).padStart(17, '0')}`, send_channel: 'sms' })(
      request,
      response,
    );
  } else if (request.path === '/v1/verifications') {
    reply(200, { ...body, verified: body['verify_code'] === '123456' })(request, response);
  } else if (request.path === '/api/siteverify') {
    reply(200, { success: true, error: null })(request, response);
  } else if (request.path.startsWith('/api/auth_check/')) {
    reply(200, { age: 18 })(request, response);
  } else {
    reply(404, {})(request, response);
  }
};
let messages = 0;

/** The paths a stand-in was asked for, in order. */
export function paths(stub: StubServer): readonly string[] {
  return stub.seen.map(request => request.path);
}
