import { DeclaredEvidence, inBody } from '../declared-evidence.js';
import type { OtpEvidence } from './otp.types.js';

/** Declares where the evidence of every code is in a request. */
export function otpEvidence(): DeclaredEvidence<OtpEvidence> {
  return new DeclaredEvidence<OtpEvidence>(
    {
      challengeId: { fields: inBody('challenge_id') },
      // People type codes in many ways; what can be none costs no guess.
      verifyCode: {
        fields: inBody('verify_code'),
        alphabet: /^[^\p{Cc}\p{Cs}]+$/u,
        maxLength: 256,
        guessable: true,
      },
      messageId: {},
    },
    [
      ['challengeId', 'verifyCode'],
      ['messageId', 'verifyCode'],
    ],
  );
}
