/** The answers of Checkify, as its documents describe them. */
export const CHECKIFY = {
  verify: '/v1/qr/results/verify',

  /** A yes: every claim that was demanded is approved. */
  completed: (requestId: unknown, claims: readonly string[] = ['human_verified'], fields: unknown = []) => ({
    success: true,
    status: 'completed',
    message: 'Verification result confirmed',
    request_id: requestId,
    site_id: 'YOUR_SITE_ID',
    business_id: 'YOUR_BUSINESS_ID',
    approved_claims: Object.fromEntries(claims.map(claim => [claim, true])),
    approved_fields: fields,
    signed_result: {
      payload: { '...': '...' },
      signature: '...',
      signature_algorithm: 'EdDSA',
      key_id: 'checkify:default',
    },
  }),

  /** The person has not finished yet. */
  pending: (requestId?: unknown) => ({
    success: false,
    status: 'pending',
    message: 'Verification is not completed yet',
    request_id: requestId,
    approved_claims: {},
    signed_result: null,
  }),

  /** A no, or an error about the question. */
  error: (code: string, details?: object, message = 'some text') => ({
    success: false,
    error: { code, message, ...(details === undefined ? {} : { details }) },
  }),
};
