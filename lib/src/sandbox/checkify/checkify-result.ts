import { generateKeyPairSync, sign } from 'node:crypto';
import { json, type Reply } from '../http/reply.js';
import { BUSINESS_ID, type CheckifySession } from './checkify-session.js';

/** Writes the two HTTP 200 answers of the verify endpoint and signs results with a key of this sandbox. */
export class CheckifyResults {
  private readonly keys = generateKeyPairSync('ed25519');

  /** PEM of the public key. Checkify does not publish its own. */
  readonly publicKey = this.keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

  pending(session: CheckifySession): Reply {
    return json(200, {
      success: false,
      status: 'pending',
      message: 'Verification is not completed yet',
      request_id: session.requestId,
      approved_claims: {},
      signed_result: null,
    });
  }

  confirmed(session: CheckifySession, verifiedAt: number): Reply {
    const result = {
      request_id: session.requestId,
      site_id: session.siteId,
      business_id: BUSINESS_ID,
      approved_claims: Object.fromEntries(session.claims),
      approved_fields: session.fields,
    };
    const payload = { ...result, verified_at: new Date(verifiedAt).toISOString() };
    return json(200, {
      success: true,
      status: 'completed',
      message: 'Verification result confirmed',
      ...result,
      signed_result: {
        payload,
        signature: sign(null, Buffer.from(JSON.stringify(payload)), this.keys.privateKey).toString(
          'base64url',
        ),
        signature_algorithm: 'EdDSA',
        key_id: 'checkify:default',
      },
    });
  }
}
